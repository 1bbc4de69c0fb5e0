/** No two processes ever believe at the same time that they hold a camera, whatever is paused, delayed or lost. */
import fc from 'fast-check';
import { randomOf } from '../../../test/random.ts';
import { LOCK_DURATION_MS } from '../lease-timing.ts';
import { CameraLease } from './camera-lease.ts';
import { processClock } from './lease-clock.ts';

const RENEWAL_MS = 500;
const LOOK_MS = 300;
const DURATION_MS = 20_000;

interface Process {
  readonly name: string;
  lease: CameraLease | undefined;
  /** A request is pending, so no second one is sent. */
  isAsking: boolean;
  standsStillUntilMs: number;
}

interface Trouble {
  readonly who: number;
  readonly atMs: number;
  readonly durationMs: number;
  /** A paused process, or a slow or cut connection to Redis. */
  readonly kind: 'pause' | 'slow' | 'cut';
}

/** Simulates the lock of one camera in Redis, processes that compete for it, and a shared clock that runs on while a process is paused. */
class World {
  readonly processes: Process[];
  readonly #troubles: readonly Trouble[];
  readonly #random: () => number;
  readonly #events: { readonly atMs: number; readonly run: () => void }[] = [];
  #nowMs = 0;
  #lock: { readonly token: string; readonly expiresAtMs: number } | undefined;
  #tokens = 0;
  mostHolders = 0;

  constructor(processes: number, troubles: readonly Trouble[], random: () => number) {
    this.#troubles = troubles;
    this.#random = random;
    this.processes = Array.from({ length: processes }, (_, index) => ({
      name: `p${index}`,
      lease: undefined,
      isAsking: false,
      standsStillUntilMs: 0,
    }));
    for (const process of this.processes) {
      this.#inProcess(process, random() * RENEWAL_MS, () => this.#renewAgain(process));
      this.#inProcess(process, random() * LOOK_MS, () => this.#lookAgain(process));
    }
  }

  run(): void {
    while (this.#nowMs < DURATION_MS) {
      const next = this.#events.reduce((a, b) => (b.atMs < a.atMs ? b : a));
      this.#events.splice(this.#events.indexOf(next), 1);
      this.#nowMs = next.atMs;
      next.run();
      this.mostHolders = Math.max(this.mostHolders, this.processes.filter((process) => this.#believes(process)).length);
    }
  }

  /** What `assertCurrent` would find, without its side effect. Two holders are wrong even if neither calls it. */
  #believes({ lease }: Process): boolean {
    return lease !== undefined && !lease.signal.aborted && this.#nowMs < lease.endsAtMs;
  }

  #renewAgain(process: Process): void {
    const { lease } = process;
    this.#inProcess(process, RENEWAL_MS, () => this.#renewAgain(process));
    if (lease === undefined || lease.signal.aborted || process.isAsking) return;
    this.#ask(process, () => this.#extend(lease.token), lease);
  }

  #ask(process: Process, atRedis: () => boolean, lease: CameraLease): void {
    const sentAtMs = this.#nowMs;
    process.isAsking = true;
    this.#travel(process, () => {
      const isOurs = atRedis();
      this.#travel(process, () =>
        this.#inProcess(process, 0, () => {
          process.isAsking = false;
          if (isOurs) lease.renewed(sentAtMs);
          else if (lease.isInStore) lease.become({ is: 'over', why: 'lost' });
        }),
      );
    });
  }

  /** Takes the camera if its lock has expired. */
  #lookAgain(process: Process): void {
    this.#inProcess(process, LOOK_MS, () => this.#lookAgain(process));
    if (this.#believes(process) || process.isAsking) return;
    const token = `${process.name}-${this.#tokens++}`;
    const sentAtMs = this.#nowMs;
    process.isAsking = true;
    this.#travel(process, () => {
      const isTaken = this.#take(token);
      this.#travel(process, () =>
        this.#inProcess(process, 0, () => {
          process.isAsking = false;
          if (isTaken) process.lease = this.#leaseOf(token, sentAtMs);
        }),
      );
    });
  }

  #leaseOf(token: string, sentAtMs: number): CameraLease {
    return new CameraLease({
      cameraId: 'yard',
      epoch: 1,
      cost: undefined,
      token,
      sentAtMs,
      state: { is: 'holding' },
      lockDurationMs: LOCK_DURATION_MS,
      clock: { ...processClock, nowMs: () => this.#nowMs },
      store: { newestEpoch: async () => undefined },
      observer: { leaseMoved: () => undefined, leaseReady: () => undefined, leaseMeasured: () => undefined },
    });
  }

  #take(token: string): boolean {
    if (this.#lock !== undefined && this.#lock.expiresAtMs > this.#nowMs) return false;
    this.#lock = { token, expiresAtMs: this.#nowMs + LOCK_DURATION_MS };
    return true;
  }

  #extend(token: string): boolean {
    const isOurs = this.#lock?.token === token && this.#lock.expiresAtMs > this.#nowMs;
    if (isOurs) this.#lock = { token, expiresAtMs: this.#nowMs + LOCK_DURATION_MS };
    return isOurs;
  }

  /** Delays a message to or from Redis. A message sent during a cut arrives after it, as with TCP. */
  #travel(process: Process, arrive: () => void): void {
    const trouble = this.#troubleOf(process, 'slow', 'cut');
    const until = trouble === undefined ? this.#nowMs : trouble.atMs + trouble.durationMs;
    if (trouble?.kind === 'cut') this.#at(until + this.#random() * 20, arrive);
    else this.#at(this.#nowMs + this.#random() * (trouble?.kind === 'slow' ? 2_000 : 5), arrive);
  }

  /** Runs nothing in a paused process. Callbacks that were due run afterwards, in any order. */
  #inProcess(process: Process, afterMs: number, run: () => void): void {
    this.#at(this.#nowMs + afterMs, () => {
      const pause = this.#troubleOf(process, 'pause');
      if (pause === undefined) run();
      else this.#at(pause.atMs + pause.durationMs + this.#random() * 30, run);
    });
  }

  #troubleOf(process: Process, ...kinds: Trouble['kind'][]): Trouble | undefined {
    return this.#troubles.find(
      ({ who, kind, atMs, durationMs }) =>
        this.processes[who] === process &&
        kinds.includes(kind) &&
        atMs <= this.#nowMs &&
        this.#nowMs < atMs + durationMs,
    );
  }

  #at(atMs: number, run: () => void): void {
    this.#events.push({ atMs, run });
  }
}

const troubles = fc.array(
  fc.record({
    who: fc.nat({ max: 3 }),
    atMs: fc.integer({ min: 0, max: DURATION_MS }),
    durationMs: fc.integer({ min: 1, max: 3_000 }),
    kind: fc.constantFrom('pause', 'slow', 'cut'),
  }),
  { minLength: 20, maxLength: 60 },
);

it('at no moment do two processes hold the same camera, by what they believe', () => {
  let worldsWithHolder = 0;
  fc.assert(
    fc.property(fc.integer(), troubles, (seed, all) => {
      const world = new World(4, all, randomOf(seed));
      world.run();
      worldsWithHolder += world.mostHolders;
      return world.mostHolders <= 1;
    }),
    { numRuns: 300 },
  );
  expect(worldsWithHolder).toBeGreaterThan(280);
}, 60_000);
