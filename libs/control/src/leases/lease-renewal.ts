import { ControlError } from '../control-error.ts';
import type { HeldLease } from './held-lease.ts';

export interface LeaseRenewalDeps {
  /** Renews all these locks in one step. Returns the camera ids whose lock is somebody else's or gone. */
  readonly extendLocks: (leases: readonly HeldLease[]) => Promise<ReadonlySet<string>>;
  readonly nowMs: () => number;
  readonly onError: (error: unknown) => void;
}

/** Renews the locks of all leases of a worker, and ends at once each lease whose lock is lost. */
export class LeaseRenewal {
  readonly #deps: LeaseRenewalDeps;
  readonly #leases = new Set<HeldLease>();
  readonly #withdrawn = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #isRenewing = false;
  #isDue = false;
  #renewedAtMs = Number.NEGATIVE_INFINITY;

  constructor(deps: LeaseRenewalDeps) {
    this.#deps = deps;
  }

  add(lease: HeldLease): void {
    this.#leases.add(lease);
    this.#schedule();
  }

  delete(lease: HeldLease): void {
    this.#leases.delete(lease);
    if (this.#leases.size === 0) clearTimeout(this.#timer);
  }

  /** Somebody says that this lease was withdrawn: looks whether that is so. */
  suspectWithdrawal(cameraId: string): void {
    if (![...this.#leases].some((lease) => lease.cameraId === cameraId)) return;
    this.#withdrawn.add(cameraId);
    this.#isDue = true;
    void this.#renew();
  }

  /** Once before it is due, as when the holder of a lease to be taken over has fallen silent. */
  renewIn(delayMs: number): void {
    setTimeout(() => {
      this.#isDue = true;
      void this.#renew();
    }, delayMs);
  }

  /** Wakes when something is to be done, and not to see whether it is. */
  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#leases.size === 0) return;
    const ends = [...this.#leases].flatMap(({ signal, endsAtMs }) => (signal.aborted ? [] : [endsAtMs]));
    // What is due already waits for the renewal under way, which schedules anew when it is answered.
    const isWaiting = this.#isDue && this.#isRenewing;
    const dueAtMs = isWaiting ? Number.POSITIVE_INFINITY : this.#renewedAtMs + RENEWAL_INTERVAL_MS;
    const nextAtMs = Math.min(dueAtMs, ...ends);
    if (nextAtMs === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(() => this.#tick(), Math.max(0, Math.ceil(nextAtMs - this.#deps.nowMs())));
  }

  #tick(): void {
    this.#dropLost();
    if (this.#deps.nowMs() - this.#renewedAtMs >= RENEWAL_INTERVAL_MS) this.#isDue = true;
    void this.#renew();
    this.#schedule();
  }

  /** One renewal at a time: while Redis is away, the one that is waiting for it is enough. */
  async #renew(): Promise<void> {
    if (this.#isRenewing) return;
    this.#isRenewing = true;
    while (this.#isDue && this.#leases.size > 0) {
      this.#isDue = false;
      this.#dropLost();
      await this.#renewAll([...this.#leases]);
    }
    this.#isRenewing = false;
    this.#schedule();
  }

  /** So that a camera is here at most once: its next lease may be granted before the work of the lost one has ended. */
  #dropLost(): void {
    for (const lease of this.#leases) {
      lease.check();
      if (lease.isLost) this.delete(lease);
    }
  }

  async #renewAll(leases: readonly HeldLease[]): Promise<void> {
    const suspected = new Set(this.#withdrawn);
    const sentAtMs = this.#deps.nowMs();
    this.#renewedAtMs = sentAtMs;
    try {
      const lost = await this.#deps.extendLocks(leases);
      for (const lease of leases) {
        if (!lost.has(lease.cameraId)) lease.renewed(sentAtMs);
        else if (suspected.has(lease.cameraId)) lease.end(withdrawn(lease));
        else
          lease.end(new ControlError('lease-lost', `camera ${lease.cameraId}: its lock is not this process' any more`));
      }
    } catch (error) {
      // The leases end by themselves when this goes on.
      this.#deps.onError(error);
    }
    for (const cameraId of suspected) this.#withdrawn.delete(cameraId);
  }
}

function withdrawn({ cameraId }: HeldLease): ControlError {
  return new ControlError('lease-withdrawn', `camera ${cameraId} was withdrawn`);
}

const RENEWAL_INTERVAL_MS = 500;
