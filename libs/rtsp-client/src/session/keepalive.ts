/** Keeps a session alive while it plays (RFC 2326 §12.37, docs/rtsp-interop.md#keepalive). */
import { nowMs, type Timer } from '../clock.ts';
import { RtspError } from '../rtsp-error.ts';
import type { AttemptScope } from './attempt-scope.ts';
import { type KeepaliveMethods, keepaliveIntervalMs } from './keepalive-methods.ts';
import type { ProofOfLife } from './proof-of-life.ts';
import type { Requester } from './requester.ts';
import type { SessionIdentity } from './session-identity.ts';

export class Keepalive {
  readonly #scope: AttemptScope;
  readonly #requester: Requester;
  readonly #identity: SessionIdentity;
  readonly #methods: KeepaliveMethods;
  readonly #proofOfLife: ProofOfLife;
  readonly #url: string;
  #timer: Timer | undefined;
  #isStopped = false;
  #forgotten: RtspError | undefined;

  /** @param url The one that PLAY was accepted for. */
  constructor(
    scope: AttemptScope,
    requester: Requester,
    identity: SessionIdentity,
    methods: KeepaliveMethods,
    proofOfLife: ProofOfLife,
    url: string,
  ) {
    this.#scope = scope;
    this.#requester = requester;
    this.#identity = identity;
    this.#methods = methods;
    this.#proofOfLife = proofOfLife;
    this.#url = url;
  }

  /** Set while the camera answers 454: believe it only when media stops too. */
  get forgotten(): RtspError | undefined {
    return this.#forgotten;
  }

  start(): void {
    // The first one comes early: it shows whether this camera answers while it plays.
    this.#schedule(Math.min(FIRST_KEEPALIVE_MS, this.#intervalMs));
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  /** Never fatal by itself: while media flows the session lives, and when it stops the watchdogs act. */
  async send(): Promise<void> {
    const { deviations, timeouts, clock, peer } = this.#scope;
    const method = this.#methods.current;
    const timeoutMs = Math.min(timeouts.replyMs, this.#intervalMs);
    const sentMs = nowMs(clock);
    try {
      const { fields } = this.#identity;
      const response = await this.#requester.request(method, this.#url, { fields, timeoutMs });
      this.#proofOfLife.onAnswer(nowMs(clock) - sentMs);
      this.#identity.update(response);
      if (this.#isStopped) return;
      const { statusCode } = response;
      if (this.#methods.onStatus(statusCode)) {
        deviations.note('keepalive-refused', `The camera refuses ${method} as a keepalive; another request is used`);
      }
      const context = { peer, method, cSeq: this.#requester.lastCSeq, statusCode };
      this.#forgotten = statusCode === 454 ? new RtspError('session-not-found', FORGOTTEN, context) : undefined;
    } catch (error) {
      if (this.#isStopped || !(error instanceof RtspError)) return;
      deviations.note('keepalive-failed', 'The camera does not answer keepalive requests as it should');
    }
  }

  get #intervalMs(): number {
    return keepaliveIntervalMs(this.#identity.timeoutS);
  }

  #schedule(delayMs: number): void {
    if (this.#isStopped) return;
    this.#timer = this.#scope.clock.after(delayMs, () => {
      this.#schedule(this.#intervalMs);
      void this.send();
    });
  }
}

const FIRST_KEEPALIVE_MS = 4_000;
const FORGOTTEN = 'The camera has forgotten the session';
