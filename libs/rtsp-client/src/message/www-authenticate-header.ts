/** One challenge of `WWW-Authenticate` (RFC 7235 §2.1, §4.1). Servers send several per line, or one per line. */
export interface AuthenticationChallenge {
  /** Lower case. */
  readonly scheme: string;
  /** Names in lower case; values without quotes and escapes. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Keeps unknown schemes. Skips what it cannot read. */
export function parseChallenges(values: readonly string[]): readonly AuthenticationChallenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  for (const value of values) {
    for (const match of value.slice(0, MAX_VALUE_CHARACTERS).matchAll(ITEM)) {
      const { scheme, name, quoted, token } = match.groups ?? {};
      if (scheme !== undefined) challenges.push({ scheme: scheme.toLowerCase(), parameters: new Map() });
      const text = quoted === undefined ? token : quoted.replace(/\\(.)/g, '$1');
      if (name !== undefined && text !== undefined) challenges.at(-1)?.parameters.set(name.toLowerCase(), text.trim());
    }
  }
  return challenges;
}

const MAX_VALUE_CHARACTERS = 8_192;
/** Either `name = value`, or a word on its own, which begins a challenge. */
const ITEM =
  /(?<name>[A-Za-z0-9_.-]+)\s*=\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<token>[^\s,"=][^\s,"]*)?)|(?<scheme>[A-Za-z][A-Za-z0-9_-]*)(?=\s|,|$)/g;
