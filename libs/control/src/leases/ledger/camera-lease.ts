import type { Lease } from '../lease.ts';
import { LOCK_SAFETY_MS } from '../lease-timing.ts';
import type { LeaseGrant, LeaseStore } from '../store/lease-store.ts';
import { type LeaseClock, Pause } from './lease-clock.ts';
import { assertMove, endOf, type LeaseState } from './lease-state.ts';

/** Gets every change of a worker's leases. */
export interface LeaseObserver {
  leaseAdded?(lease: CameraLease): void;
  leaseMoved?(lease: CameraLease, from: LeaseState): void;
  /** {@link CameraLease.isReady} has changed. */
  leaseReady?(lease: CameraLease): void;
  leaseMeasured?(lease: CameraLease, cost: number): void;
  /** The work has ended, and the store has been updated. */
  leaseRemoved?(lease: CameraLease): void;
}

export interface CameraLeaseOptions extends LeaseGrant {
  readonly token: string;
  /** When the request for the grant was sent. */
  readonly sentAtMs: number;
  readonly state: LeaseState & { readonly is: 'holding' | 'succeeding' };
  readonly lockDurationMs: number;
  readonly clock: LeaseClock;
  readonly store: Pick<LeaseStore, 'newestEpoch'>;
  readonly observer: Required<Pick<LeaseObserver, 'leaseMoved' | 'leaseReady' | 'leaseMeasured'>>;
}

/**
 * One grant of a camera to this process: its state, and the proof that it is current. The proof is the time since the last renewal was
 * *sent*, by a clock that runs on while the process is paused. Redis starts the lock's time later, so this side always gives up first.
 */
export class CameraLease implements Lease {
  readonly cameraId: string;
  readonly epoch: number;
  readonly cost: number | undefined;
  readonly token: string;
  readonly #options: CameraLeaseOptions;
  readonly #abort = new AbortController();
  #state: LeaseState;
  #renewedAtMs: number;
  #isReady = false;

  constructor(options: CameraLeaseOptions) {
    this.cameraId = options.cameraId;
    this.epoch = options.epoch;
    this.cost = options.cost;
    this.token = options.token;
    this.#options = options;
    this.#state = options.state;
    this.#renewedAtMs = options.sentAtMs;
  }

  get state(): LeaseState {
    return this.#state;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get isSuccessor(): boolean {
    return this.#state.is === 'succeeding';
  }

  /** This process holds the camera, and its work goes on. */
  get isHeld(): boolean {
    return !this.signal.aborted && !this.isSuccessor;
  }

  /** The work has output: it called {@link markReady}, and not {@link markIdle} since. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** The store holds a lock or a succession for this lease, which must be renewed. */
  get isInStore(): boolean {
    return this.#state.is !== 'over' && this.#state.is !== 'passing';
  }

  /** When the lease ends unless renewed. */
  get endsAtMs(): number {
    return this.#renewedAtMs + this.#validMs;
  }

  assertCurrent(): void {
    this.check();
    this.signal.throwIfAborted();
  }

  /**
   * A holder whose grant Redis lost cannot have renewed since this grant. So it has stopped by the time this lease, unrenewed, would end.
   */
  async hasHighestEpoch(): Promise<boolean> {
    const { clock, store, sentAtMs } = this.#options;
    const waitMs = sentAtMs + this.#validMs - clock.nowMs();
    if (waitMs > 0) await new Pause(clock).wait(waitMs);
    const newestEpoch = await store.newestEpoch(this.cameraId);
    this.check();
    return !this.signal.aborted && newestEpoch === this.epoch;
  }

  markReady(): void {
    this.#setReady(true);
  }

  markIdle(): void {
    this.#setReady(false);
  }

  reportCost(cost: number): void {
    if (!this.signal.aborted) this.#options.observer.leaseMeasured(this, cost);
  }

  /** Ends the lease if its lock may have expired. */
  check(): void {
    if (this.isInStore && this.#options.clock.nowMs() >= this.endsAtMs) this.become({ is: 'over', why: 'lost' });
  }

  /** @param sentAtMs when the successful renewal was sent. A renewal that comes too late changes nothing. */
  renewed(sentAtMs: number): void {
    this.check();
    this.#renewedAtMs = Math.max(this.#renewedAtMs, sentAtMs);
  }

  /**
   * The only place where the state changes.
   * @throws TypeError for a move that does not exist
   */
  become(next: LeaseState): void {
    const from = this.#state;
    assertMove(this.cameraId, from.is, next.is);
    this.#state = next;
    const end = endOf(this.cameraId, next);
    if (end !== undefined && !this.signal.aborted) this.#abort.abort(end);
    this.#options.observer.leaseMoved(this, from);
  }

  get #validMs(): number {
    return this.#options.lockDurationMs - LOCK_SAFETY_MS;
  }

  #setReady(isReady: boolean): void {
    if (this.#isReady === isReady || this.signal.aborted) return;
    this.#isReady = isReady;
    this.#options.observer.leaseReady(this);
  }
}
