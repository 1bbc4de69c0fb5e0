/** Calculates Digest access authentication (RFC 7616 §3.4, RFC 2069 for servers without `qop`). Pure. */
import { createHash } from 'node:crypto';

export type DigestAlgorithm = 'MD5' | 'SHA-256' | 'SHA-512-256';

export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  readonly algorithm: DigestAlgorithm;
  /** `-sess` variant, which binds the key to this nonce and cnonce. */
  readonly isSession: boolean;
  /** As the server spelled it; undefined when the server named none. Then none is sent back. */
  readonly algorithmToken: string | undefined;
  readonly qop: 'auth' | 'auth-int' | undefined;
  /** The server says that only the nonce has expired. */
  readonly isStale: boolean;
}

export interface DigestInput {
  readonly username: string;
  readonly password: string;
  readonly method: string;
  /** Must equal the request-line URI (go2rtc#244). */
  readonly uri: string;
  readonly body: Uint8Array;
  readonly cnonce: string;
  /** Counts uses of this nonce from 1. */
  readonly nonceCount: number;
}

/** @returns the value of the `Authorization` header */
export function digestAuthorization(challenge: DigestChallenge, input: DigestInput): string {
  const hash = hashFunction(challenge.algorithm);
  const nc = input.nonceCount.toString(16).padStart(8, '0');
  const key = hash(`${input.username}:${challenge.realm}:${input.password}`);
  const ha1 = challenge.isSession ? hash(`${key}:${challenge.nonce}:${input.cnonce}`) : key;
  const entity = challenge.qop === 'auth-int' ? `:${hash(input.body)}` : '';
  const ha2 = hash(`${input.method}:${input.uri}${entity}`);
  const middle =
    challenge.qop === undefined ? challenge.nonce : `${challenge.nonce}:${nc}:${input.cnonce}:${challenge.qop}`;
  const response = hash(`${ha1}:${middle}:${ha2}`);

  const fields = [
    `username=${quote(input.username)}`,
    `realm=${quote(challenge.realm)}`,
    `nonce=${quote(challenge.nonce)}`,
    `uri=${quote(input.uri)}`,
    `response="${response}"`,
  ];
  if (challenge.algorithmToken !== undefined) fields.push(`algorithm=${challenge.algorithmToken}`);
  if (challenge.opaque !== undefined) fields.push(`opaque=${quote(challenge.opaque)}`);
  if (challenge.qop !== undefined) fields.push(`qop=${challenge.qop}`, `nc=${nc}`);
  if (challenge.qop !== undefined || challenge.isSession) fields.push(`cnonce="${input.cnonce}"`);
  return `Digest ${fields.join(', ')}`;
}

const NODE_HASH_NAMES: Readonly<Record<DigestAlgorithm, string>> = {
  MD5: 'md5',
  'SHA-256': 'sha256',
  'SHA-512-256': 'sha512-256',
};

function hashFunction(algorithm: DigestAlgorithm): (data: string | Uint8Array) => string {
  return (data) => createHash(NODE_HASH_NAMES[algorithm]).update(data).digest('hex');
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
