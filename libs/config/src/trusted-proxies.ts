/** Parses which proxies are trusted to name their client: addresses, networks and words in one line of text. */
import { isIP } from 'node:net';

/**
 * The networks that a text such as `loopback, 10.0.0.7` names, in CIDR notation.
 *
 * @returns undefined if any part of it is invalid
 */
export function readTrustedProxies(text: string): readonly string[] | undefined {
  if (text.trim() === NOBODY) return [];
  const networks = text.split(',').map((part) => networksOf(part.trim()));
  return networks.some((found) => found === undefined) ? undefined : networks.flatMap((found) => found ?? []);
}

/** The text that {@link readTrustedProxies} reads back as these networks. */
export function writeTrustedProxies(networks: readonly string[]): string {
  return networks.length === 0 ? NOBODY : networks.join(', ');
}

export function trustedProxiesProblem(text: string): string | undefined {
  return readTrustedProxies(text) === undefined ? `must be ${TRUSTED_PROXIES_RULE}` : undefined;
}

export const TRUSTED_PROXIES_RULE =
  'addresses and networks with commas between them (`192.168.1.5, 10.0.0.0/8`), the words `loopback` and `private` among them, or `none`';

const NOBODY = 'none';

const WORDS: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  // RFC 1918 and RFC 4193: addresses of containers and private proxies.
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

function networksOf(part: string): readonly string[] | undefined {
  if (Object.hasOwn(WORDS, part)) return WORDS[part];
  const [address = '', prefix, ...more] = part.split('/');
  const bits = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  if (bits === 0 || more.length > 0) return undefined;
  if (prefix === undefined) return [`${address}/${bits}`];
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits ? [part] : undefined;
}
