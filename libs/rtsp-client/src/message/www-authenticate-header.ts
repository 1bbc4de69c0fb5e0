/** Challenges of `WWW-Authenticate` (RFC 7235 §2.1, §4.1): several in one line, or one a line. */
export interface AuthenticationChallenge {
  /** Lower case. */
  readonly scheme: string;
  /** Names in lower case, values without quotes and escapes. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Unknown schemes are kept; what cannot be read is passed over. */
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
/** Either `name = value`, or a word that is no name and so begins a challenge. */
const ITEM =
  /(?<name>[A-Za-z0-9_.-]+)\s*=\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<token>[^\s,"=][^\s,"]*)?)|(?<scheme>[A-Za-z][A-Za-z0-9_-]*)(?=\s|,|$)/g;
