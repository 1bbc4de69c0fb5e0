import { LOCK_DURATION_MS, SYNC_INTERVAL_MS } from '../src/leases/lease-timing.ts';
import type { WorkerLoad } from '../src/leases/sharing/worker-load.ts';
import type {
  LeaseGrant,
  LeaseStore,
  LeaseToken,
  SyncAnswer,
  SyncRequest,
  WithoutSuccessor,
} from '../src/leases/store/lease-store.ts';

interface Entry {
  holder: string | undefined;
  /** Negative while nobody holds the camera. */
  expiryMs: number;
  successor: { readonly token: string; expiryMs: number } | undefined;
}

export interface MemoryLeaseStoreOptions {
  readonly lockDurationMs: number;
  readonly nowMs: () => number;
  /** Delays each call before and after its effect. @defaultValue no delay */
  readonly travel?: () => Promise<void>;
  /** Called when a camera becomes free. */
  readonly onFree?: () => void;
}

/** Leases of one queue in memory, by the rules of `lease-scripts.ts`. */
export class MemoryLeaseStore implements LeaseStore {
  readonly #options: MemoryLeaseStoreOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #epochs = new Map<string, number>();
  readonly #costs = new Map<string, number>();
  readonly #board = new Map<string, { readonly host: string; readonly load: WorkerLoad; readonly expiryMs: number }>();
  #frees = 0;

  constructor(options: MemoryLeaseStoreOptions) {
    this.#options = options;
  }

  /** Camera id → token of its current holder. */
  get holders(): ReadonlyMap<string, string> {
    const nowMs = this.#options.nowMs();
    const held = [...this.#entries].filter(([, { expiryMs }]) => expiryMs > nowMs);
    return new Map(held.flatMap(([cameraId, { holder }]) => (holder === undefined ? [] : [[cameraId, holder]])));
  }

  offer(...cameraIds: readonly string[]): void {
    const added = cameraIds.filter((cameraId) => !this.#entries.has(cameraId));
    for (const cameraId of added) this.#free(cameraId);
    if (added.length > 0) this.#options.onFree?.();
  }

  withdraw(cameraId: string): void {
    this.#entries.delete(cameraId);
  }

  /** Sets the remaining time of the lock. */
  expireIn(cameraId: string, leftMs: number): void {
    (this.#entries.get(cameraId) as Entry).expiryMs = this.#options.nowMs() + leftMs;
  }

  take(token: string, most: number): Promise<readonly LeaseGrant[]> {
    return this.#step(() => {
      const taken: LeaseGrant[] = [];
      while (taken.length < most) {
        const cameraId = this.#firstFree();
        if (cameraId === undefined) break;
        const successor = this.#successorOf(cameraId);
        this.#hold(cameraId, successor ?? token);
        if (successor === undefined) taken.push(this.#grant(cameraId));
      }
      return taken;
    });
  }

  sync({ self, host, held, successions, newCosts }: SyncRequest): Promise<SyncAnswer> {
    return this.#step(() => {
      const nowMs = this.#options.nowMs();
      const [lost, withdrawn, passed]: [string[], string[], string[]] = [[], [], []];
      const lose = (cameraId: string) =>
        (this.#entries.has(cameraId) || !this.#epochs.has(cameraId) ? lost : withdrawn).push(cameraId);
      for (const { cameraId, token } of held) {
        if (this.#holds(cameraId, token)) this.expireIn(cameraId, this.#options.lockDurationMs);
        else lose(cameraId);
      }
      for (const { cameraId, token } of successions) {
        const isHolder = this.#holds(cameraId, token);
        const isSuccessor = !isHolder && this.#successorOf(cameraId) === token;
        if (isHolder || (isSuccessor && (this.#entries.get(cameraId)?.expiryMs ?? 0) <= nowMs)) {
          this.#hold(cameraId, token);
          passed.push(cameraId);
        } else if (isSuccessor) this.#succeed(cameraId, token);
        else lose(cameraId);
      }
      for (const [cameraId, cost] of newCosts) this.#costs.set(cameraId, cost);
      this.#board.set(self.id, { host, load: self, expiryMs: nowMs + LOCK_DURATION_MS });
      const others = [...this.#board.values()].filter(({ load, expiryMs }) => load.id !== self.id && expiryMs > nowMs);
      const ahead = [...this.#entries.values()].map(({ expiryMs }) => expiryMs - nowMs).filter((leftMs) => leftMs > 0);
      return {
        waiting: [...this.#entries.values()].filter(({ expiryMs }) => expiryMs <= nowMs).length,
        leftOver: [...this.#entries.values()].filter(({ expiryMs }) => waitedMs(expiryMs, nowMs) > SYNC_INTERVAL_MS)
          .length,
        nextExpiryMs: ahead.length === 0 ? undefined : ahead.reduce((a, b) => Math.min(a, b)),
        lost,
        withdrawn,
        passed,
        others: others.map(({ load }) => load),
        hostWorkers: 1 + others.filter((other) => other.host === host).length,
      };
    });
  }

  beginSuccession(cameraId: string, holderToken: string, token: string): Promise<LeaseGrant | undefined> {
    return this.#step(() => {
      if (!this.#holds(cameraId, holderToken) || this.#successorOf(cameraId) !== undefined) return undefined;
      this.#succeed(cameraId, token);
      return this.#grant(cameraId);
    });
  }

  cancelSuccession({ cameraId, token }: LeaseToken): Promise<void> {
    return this.#step(() => this.#endSuccession(cameraId, token));
  }

  release({ cameraId, token }: LeaseToken, withoutSuccessor: WithoutSuccessor): Promise<string | undefined> {
    return this.#step(() => {
      if (!this.#holds(cameraId, token)) {
        this.#endSuccession(cameraId, token);
        return undefined;
      }
      const successor = this.#successorOf(cameraId);
      if (successor !== undefined) this.#hold(cameraId, successor);
      else if (withoutSuccessor === 'remove') this.#entries.delete(cameraId);
      else if (withoutSuccessor === 'free') {
        this.#free(cameraId);
        this.#options.onFree?.();
      }
      return successor;
    });
  }

  newestEpoch(cameraId: string): Promise<number | undefined> {
    return this.#step(() => this.#epochs.get(cameraId));
  }

  leave(workerId: string): Promise<void> {
    return this.#step(() => {
      this.#board.delete(workerId);
    });
  }

  async #step<T>(run: () => T): Promise<T> {
    const { travel } = this.#options;
    await travel?.();
    const answer = run();
    await travel?.();
    return answer;
  }

  #firstFree(): string | undefined {
    const nowMs = this.#options.nowMs();
    let first: [string, Entry] | undefined;
    for (const each of this.#entries) {
      if (each[1].expiryMs <= nowMs && (first === undefined || each[1].expiryMs < first[1].expiryMs)) first = each;
    }
    return first?.[0];
  }

  #holds(cameraId: string, token: string): boolean {
    const entry = this.#entries.get(cameraId);
    return entry?.holder === token && entry.expiryMs > this.#options.nowMs();
  }

  #hold(cameraId: string, token: string): void {
    const expiryMs = this.#options.nowMs() + this.#options.lockDurationMs;
    this.#entries.set(cameraId, { holder: token, expiryMs, successor: undefined });
  }

  #successorOf(cameraId: string): string | undefined {
    const successor = this.#entries.get(cameraId)?.successor;
    return successor !== undefined && successor.expiryMs > this.#options.nowMs() ? successor.token : undefined;
  }

  #succeed(cameraId: string, token: string): void {
    const expiryMs = this.#options.nowMs() + this.#options.lockDurationMs;
    (this.#entries.get(cameraId) as Entry).successor = { token, expiryMs };
  }

  #endSuccession(cameraId: string, token: string): void {
    const entry = this.#entries.get(cameraId);
    if (entry?.successor?.token === token) entry.successor = undefined;
  }

  #free(cameraId: string): void {
    this.#entries.set(cameraId, {
      holder: undefined,
      expiryMs: this.#options.nowMs() + this.#frees++ / 1e3 - FREE_MS,
      successor: undefined,
    });
  }

  #grant(cameraId: string): LeaseGrant {
    const epoch = (this.#epochs.get(cameraId) ?? 0) + 1;
    this.#epochs.set(cameraId, epoch);
    return { cameraId, epoch, cost: this.#costs.get(cameraId) };
  }
}

/** Negative while the camera is held. */
function waitedMs(expiryMs: number, nowMs: number): number {
  return nowMs - (expiryMs < 0 ? expiryMs + FREE_MS : expiryMs);
}

/** As in `lease-scripts.ts`: the score of a free camera is the time it became free minus this. */
const FREE_MS = 1e13;
