/**
 * Answers a camera's last challenge on every later request, and decides whether a 401 is worth another try
 * (RFC 7616 §3.3, §3.4.5). Retrying a wrong password gets accounts locked.
 */
import { randomBytes } from 'node:crypto';
import { parseChallenges } from '../message/www-authenticate-header.ts';
import type { RtspCredentials } from '../url/rtsp-url.ts';
import { type ChosenChallenge, chooseChallenge } from './choose-challenge.ts';
import { digestAuthorization } from './digest.ts';

/** What to do after a 401. */
export type Refusal = 'retry' | 'no-credentials' | 'wrong-credentials' | 'unsupported-scheme';

export interface AuthenticatorOptions {
  readonly credentials: RtspCredentials | undefined;
  readonly nowMs: () => number;
  /** For tests. @defaultValue 16 random bytes in hex */
  readonly createCnonce?: () => string;
}

export class Authenticator {
  // Private, so that neither inspecting nor serialising a session reveals the password.
  readonly #credentials: RtspCredentials | undefined;
  readonly #nowMs: () => number;
  readonly #createCnonce: () => string;
  #challenge: ChosenChallenge | undefined;
  #nonceCount = 0;
  #hasUntriedChallenge = false;
  #lastRenewalMs = Number.NEGATIVE_INFINITY;

  constructor({ credentials, nowMs, createCnonce = () => randomBytes(16).toString('hex') }: AuthenticatorOptions) {
    this.#credentials = credentials;
    this.#nowMs = nowMs;
    this.#createCnonce = createCnonce;
  }

  /** Value of `Authorization`; undefined until a challenge is known. */
  authorize(method: string, uri: string, body: Uint8Array = NO_BODY): string | undefined {
    if (this.#credentials === undefined || this.#challenge === undefined) return undefined;
    const { username, password } = this.#credentials;
    if (this.#challenge.scheme === 'basic') {
      return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
    }
    this.#nonceCount++;
    const cnonce = this.#createCnonce();
    const nonceCount = this.#nonceCount;
    return digestAuthorization(this.#challenge.digest, { username, password, method, uri, body, cnonce, nonceCount });
  }

  /** Whether a challenge was adopted whose answer no reply has confirmed yet. */
  get hasUntriedChallenge(): boolean {
    return this.#hasUntriedChallenge;
  }

  /** Call when a request with credentials succeeds. The password is right, so the next fresh nonce may be answered at once. */
  accepted(): void {
    this.#hasUntriedChallenge = false;
    this.#lastRenewalMs = Number.NEGATIVE_INFINITY;
  }

  /**
   * Handles the challenges of a 401.
   *
   * @param authenticatedAttempts How often this request has been sent with credentials.
   */
  refuse(wwwAuthenticate: readonly string[], authenticatedAttempts: number): Refusal {
    const next = chooseChallenge(parseChallenges(wwwAuthenticate));
    if (this.#credentials === undefined) return 'no-credentials';
    if (next === undefined) return this.#challenge === undefined ? 'unsupported-scheme' : 'wrong-credentials';
    if (authenticatedAttempts === 0) {
      this.#adopt(next);
      return 'retry';
    }
    return this.#renew(next, authenticatedAttempts);
  }

  /** Axis M5525 renews its nonce about every 150 s; Hikvision may ask twice in a row (go2rtc#2232). */
  #renew(next: ChosenChallenge, authenticatedAttempts: number): Refusal {
    const last = this.#challenge;
    if (next.scheme === 'basic' || last?.scheme !== 'digest') return 'wrong-credentials';
    const isFresh = next.digest.isStale || next.digest.nonce !== last.digest.nonce;
    const isTooOften = this.#nowMs() - this.#lastRenewalMs < MIN_RENEWAL_INTERVAL_MS;
    if (!isFresh || isTooOften || authenticatedAttempts >= MAX_AUTHENTICATED_ATTEMPTS) return 'wrong-credentials';
    this.#lastRenewalMs = this.#nowMs();
    this.#adopt(next);
    return 'retry';
  }

  #adopt(challenge: ChosenChallenge): void {
    const isSameNonce =
      challenge.scheme === 'digest' &&
      this.#challenge?.scheme === 'digest' &&
      this.#challenge.digest.nonce === challenge.digest.nonce;
    if (!isSameNonce) this.#nonceCount = 0;
    this.#challenge = challenge;
    this.#hasUntriedChallenge = true;
  }
}

const NO_BODY = new Uint8Array();
const MAX_AUTHENTICATED_ATTEMPTS = 2;
const MIN_RENEWAL_INTERVAL_MS = 5_000;
