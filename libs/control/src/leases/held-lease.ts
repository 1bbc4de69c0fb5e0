import type { Lease } from '../control.ts';
import { ControlError } from '../control-error.ts';

/**
 * A granted lease and the proof that it is current: the time since its last renewal was *sent*, by a clock that goes on
 * while the process is paused. Redis started the lock's time later than that, so this side always gives up first.
 */
export class HeldLease implements Lease {
  readonly cameraId: string;
  readonly epoch: number;
  readonly costCores: number | undefined;
  /** Of the lock in Redis. */
  readonly token: string;
  readonly #lockDurationMs: number;
  readonly #nowMs: () => number;
  readonly #abort = new AbortController();
  readonly #newestEpoch: () => Promise<number | undefined>;
  readonly #grantedAtMs: number;
  readonly #onReady: (isReady: boolean) => void;
  readonly #onCost: (costCores: number) => void;
  #renewedAtMs: number;
  #holderToken: string | undefined;
  #isReady = false;

  constructor(grant: {
    readonly cameraId: string;
    readonly epoch: number;
    readonly costCores?: number | undefined;
    readonly token: string;
    readonly renewedAtMs: number;
    readonly lockDurationMs: number;
    readonly nowMs: () => number;
    /** The last one granted for this camera, as the control Redis knows. */
    readonly newestEpoch?: () => Promise<number | undefined>;
    /** Of the lock, while somebody else still holds it. */
    readonly holderToken?: string;
    readonly onReady?: (isReady: boolean) => void;
    readonly onCost?: (costCores: number) => void;
  }) {
    this.cameraId = grant.cameraId;
    this.epoch = grant.epoch;
    this.costCores = grant.costCores;
    this.token = grant.token;
    this.#renewedAtMs = grant.renewedAtMs;
    this.#lockDurationMs = grant.lockDurationMs;
    this.#nowMs = grant.nowMs;
    this.#newestEpoch = grant.newestEpoch ?? (() => Promise.resolve(undefined));
    this.#grantedAtMs = grant.renewedAtMs;
    this.#holderToken = grant.holderToken;
    this.#onReady = grant.onReady ?? (() => undefined);
    this.#onCost = grant.onCost ?? (() => undefined);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get isSuccessor(): boolean {
    return this.#holderToken !== undefined;
  }

  /** Of the lock, while {@link isSuccessor}. */
  get holderToken(): string | undefined {
    return this.#holderToken;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** The camera is this process' own: neither lost nor still another's. */
  get isHeld(): boolean {
    return !this.signal.aborted && !this.isSuccessor;
  }

  /** When the lease ends unless it is renewed before, by the clock given to the constructor. */
  get endsAtMs(): number {
    return this.#renewedAtMs + this.#lockDurationMs;
  }

  /** The lock is not this process' any more, as far as it knows: nothing is left to renew. */
  get isLost(): boolean {
    const reason: unknown = this.signal.reason;
    return reason instanceof ControlError && reason.code !== 'lease-handed-back';
  }

  assertCurrent(): void {
    this.check();
    this.signal.throwIfAborted();
  }

  /** Earlier holders count like this one: none has renewed its lock after this grant, so none goes on longer than a lock lasts. */
  async hasHighestEpoch(): Promise<boolean> {
    const waitMs = this.#grantedAtMs + this.#lockDurationMs - this.#nowMs();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    const newestEpoch = await this.#newestEpoch();
    this.check();
    return !this.signal.aborted && newestEpoch === this.epoch;
  }

  /** Aborts the signal when the lock may have expired. */
  check(): void {
    if (this.#nowMs() >= this.endsAtMs)
      this.end(new ControlError('lease-lost', `${this.cameraId}: not renewed in time`));
  }

  /** @param sentAtMs when the renewal that succeeded was sent. One that came too late changes nothing. */
  renewed(sentAtMs: number): void {
    this.check();
    this.#renewedAtMs = Math.max(this.#renewedAtMs, sentAtMs);
  }

  markReady(): void {
    this.#setReady(true);
  }

  markIdle(): void {
    this.#setReady(false);
  }

  reportCost(costCores: number): void {
    if (!this.signal.aborted) this.#onCost(costCores);
  }

  /** The lock has passed to it. */
  becomeOwner(): void {
    this.#holderToken = undefined;
  }

  #setReady(isReady: boolean): void {
    if (this.#isReady === isReady || this.signal.aborted) return;
    this.#isReady = isReady;
    this.#onReady(isReady);
  }

  end(reason: ControlError): void {
    if (!this.signal.aborted) this.#abort.abort(reason);
  }
}
