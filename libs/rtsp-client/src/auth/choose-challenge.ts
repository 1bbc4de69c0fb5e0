/** Chooses the strongest supported challenge, in whatever order the server lists them (RFC 7616 §3.7). */
import type { AuthenticationChallenge } from '../message/www-authenticate-header.ts';
import type { DigestAlgorithm, DigestChallenge } from './digest.ts';

export type ChosenChallenge =
  | { readonly scheme: 'digest'; readonly digest: DigestChallenge }
  | { readonly scheme: 'basic'; readonly realm: string };

/** Undefined when none is supported: only `Bearer`, `Negotiate`, or Digest with an unknown algorithm or qop. */
export function chooseChallenge(challenges: readonly AuthenticationChallenge[]): ChosenChallenge | undefined {
  let best: DigestChallenge | undefined;
  for (const challenge of challenges) {
    const digest = challenge.scheme === 'digest' ? readDigest(challenge.parameters) : undefined;
    if (digest && (best === undefined || STRENGTH.indexOf(digest.algorithm) > STRENGTH.indexOf(best.algorithm)))
      best = digest;
  }
  if (best) return { scheme: 'digest', digest: best };
  const basic = challenges.find((challenge) => challenge.scheme === 'basic');
  return basic && { scheme: 'basic', realm: basic.parameters.get('realm') ?? '' };
}

const STRENGTH: readonly DigestAlgorithm[] = ['MD5', 'SHA-512-256', 'SHA-256'];

function readDigest(parameters: ReadonlyMap<string, string>): DigestChallenge | undefined {
  const nonce = parameters.get('nonce');
  if (nonce === undefined) return undefined;
  const algorithmToken = parameters.get('algorithm');
  const upper = (algorithmToken ?? 'MD5').toUpperCase();
  const isSession = upper.endsWith('-SESS');
  const algorithm = STRENGTH.find((known) => known === (isSession ? upper.slice(0, -5) : upper));
  const qop = readQop(parameters.get('qop'));
  if (algorithm === undefined || qop === 'unknown') return undefined;
  return {
    realm: parameters.get('realm') ?? '',
    nonce,
    opaque: parameters.get('opaque'),
    algorithm,
    isSession,
    algorithmToken,
    qop,
    isStale: parameters.get('stale')?.toLowerCase() === 'true',
  };
}

function readQop(value: string | undefined): 'auth' | 'auth-int' | 'unknown' | undefined {
  const options = (value ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((option) => option !== '');
  if (options.length === 0) return undefined;
  if (options.includes('auth')) return 'auth';
  return options.includes('auth-int') ? 'auth-int' : 'unknown';
}
