import { createHash, randomBytes } from 'node:crypto';
import type { RtspRequest } from './rtsp-message.ts';

export interface AuthenticationOptions {
  readonly scheme: 'basic' | 'digest' | 'both';
  /** Passwords by user name. */
  readonly users: Readonly<Record<string, string>>;
  /** @defaultValue 'Oriel camera' */
  readonly realm?: string;
  /** Digest only. @defaultValue 'MD5' */
  readonly algorithm?: 'MD5' | 'SHA-256';
  /** Offers qop="auth" (RFC 7616) instead of the older form of RFC 2069. @defaultValue false */
  readonly qop?: boolean;
  /** Number of requests after which a nonce is stale (Axis M5525 changes it during the session). @defaultValue never */
  readonly nonceRequests?: number;
}

const MAX_NONCES = 1000;

/** Checks the credentials of requests, and creates challenges. */
export class Authenticator {
  readonly #options: Required<Omit<AuthenticationOptions, 'nonceRequests'>> & { readonly nonceRequests: number };
  /** Number of requests by nonce, oldest nonce first. */
  readonly #nonces = new Map<string, number>();
  #current = '';

  constructor(options: AuthenticationOptions) {
    this.#options = {
      realm: 'Oriel camera',
      algorithm: 'MD5',
      qop: false,
      nonceRequests: Number.POSITIVE_INFINITY,
      ...options,
    };
    this.#renewNonce();
  }

  /** @returns undefined when the request may pass, else the values of WWW-Authenticate */
  challenge(request: RtspRequest): string[] | undefined {
    const authorization = request.headers.get('authorization');
    const verdict = authorization === undefined ? 'refused' : this.#verify(request, authorization);
    if (verdict === 'accepted') return undefined;
    if (verdict === 'stale') this.#renewNonce();
    const { scheme, realm, algorithm, qop } = this.#options;
    const challenges: string[] = [];
    if (scheme !== 'basic') {
      const parts = [`realm="${realm}"`, `nonce="${this.#current}"`];
      if (algorithm !== 'MD5' || qop) parts.push(`algorithm=${algorithm}`);
      if (qop) parts.push('qop="auth"');
      parts.push(`stale=${verdict === 'stale' ? 'TRUE' : 'FALSE'}`);
      challenges.push(`Digest ${parts.join(', ')}`);
    }
    if (scheme !== 'digest') challenges.push(`Basic realm="${realm}"`);
    return challenges;
  }

  #verify(request: RtspRequest, authorization: string): 'accepted' | 'refused' | 'stale' {
    const { scheme } = this.#options;
    const [, kind = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(authorization) ?? [];
    if (kind.toLowerCase() === 'basic' && scheme !== 'digest') return this.#verifyBasic(rest);
    if (kind.toLowerCase() === 'digest' && scheme !== 'basic') return this.#verifyDigest(request, rest);
    return 'refused';
  }

  #verifyBasic(credentials: string): 'accepted' | 'refused' {
    const text = Buffer.from(credentials, 'base64').toString('utf8');
    const colon = text.indexOf(':');
    if (colon === -1) return 'refused';
    return this.#passwordOf(text.slice(0, colon)) === text.slice(colon + 1) ? 'accepted' : 'refused';
  }

  /** Verifies by RFC 7616 §3.4 or, without qop, by RFC 2069. */
  #verifyDigest(request: RtspRequest, text: string): 'accepted' | 'refused' | 'stale' {
    const { realm, algorithm, qop, nonceRequests } = this.#options;
    const fields = authParameters(text);
    const password = this.#passwordOf(fields.get('username') ?? '');
    const nonce = fields.get('nonce') ?? '';
    const uses = this.#nonces.get(nonce);
    if (password === undefined || fields.get('realm') !== realm || fields.get('uri') !== request.uri) return 'refused';
    const hash = (value: string) =>
      createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
        .update(value, 'utf8')
        .digest('hex');
    const a1 = hash(`${fields.get('username')}:${realm}:${password}`);
    const a2 = hash(`${request.method}:${request.uri}`);
    const middle = qop ? `${nonce}:${fields.get('nc')}:${fields.get('cnonce')}:auth` : nonce;
    if (fields.get('response') !== hash(`${a1}:${middle}:${a2}`)) return 'refused';
    if (uses === undefined || uses >= nonceRequests) return 'stale';
    this.#nonces.set(nonce, uses + 1);
    return 'accepted';
  }

  #passwordOf(username: string): string | undefined {
    return Object.hasOwn(this.#options.users, username) ? this.#options.users[username] : undefined;
  }

  #renewNonce(): void {
    this.#current = randomBytes(16).toString('hex');
    this.#nonces.set(this.#current, 0);
    const [oldest] = this.#nonces.keys();
    if (this.#nonces.size > MAX_NONCES && oldest !== undefined) this.#nonces.delete(oldest);
  }
}

/** Parses the `name=value` and `name="value"` pairs of an Authorization header (RFC 7235 §2.1). */
function authParameters(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [, name = '', quoted, token] of text.matchAll(
    /([A-Za-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g,
  )) {
    fields.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? token ?? '');
  }
  return fields;
}
