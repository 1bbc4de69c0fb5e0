/** Whole workers on a simulated clock, with slow connections, lost messages and dying workers: no two may believe they hold a camera. */
import fc from 'fast-check';
import { MemoryLeaseStore } from '../../../test/memory-lease-store.ts';
import { randomOf } from '../../../test/random.ts';
import { SimulatedClock } from '../../../test/simulated-clock.ts';
import type { LeaseMessage } from '../hand-over/lease-message.ts';
import type { Lease } from '../lease.ts';
import { LOCK_DURATION_MS } from '../lease-timing.ts';
import { FixedCapacity } from '../sharing/fixed-capacity.ts';
import { LeaseBalancer } from '../sharing/lease-balancer.ts';
import { LeaseWorkerCore } from './lease-worker-core.ts';

interface Member {
  readonly id: string;
  readonly core: LeaseWorkerCore;
  readonly leases: Lease[];
  /** A dead member sends and receives nothing, and its work has stopped. */
  isDead: boolean;
}

/** Workers of one queue, their store and the network between them. */
class Cluster {
  readonly clock = new SimulatedClock();
  readonly store: MemoryLeaseStore;
  readonly members: Member[] = [];
  readonly moves: string[] = [];
  readonly errors: unknown[] = [];
  readonly #random: () => number;
  /** Fraction of messages that are lost. */
  loss = 0;

  constructor(random: () => number) {
    this.#random = random;
    this.store = new MemoryLeaseStore({
      lockDurationMs: LOCK_DURATION_MS,
      nowMs: () => this.clock.nowMs(),
      onFree: () => this.#tell((member) => member.core.leaseFree()),
    });
  }

  /** @param readyAfterMs from the start of the work to its first output */
  join(id: string, readyAfterMs = 300): Member {
    const nowMs = () => this.clock.nowMs();
    const leases: Lease[] = [];
    const core: LeaseWorkerCore = new LeaseWorkerCore(
      {
        store: this.#storeOf(() => member),
        messages: { send: (to, message) => this.#send(member, to, message) },
        balancer: new LeaseBalancer({
          id,
          capacity: new FixedCapacity(100),
          maxLeases: 100,
          nowMs,
          random: this.#random,
        }),
        clock: this.clock,
        host: id,
        lockDurationMs: LOCK_DURATION_MS,
        logger: { debug: (move) => this.moves.push(JSON.stringify({ who: id, ...move })) },
        onRunFailed: (_, error) => this.errors.push(error),
        onError: (error) => this.errors.push(error),
      },
      { instanceId: id, run: (lease) => this.#work(member, lease, readyAfterMs) },
    );
    const member: Member = { id, core, leases, isDead: false };
    this.members.push(member);
    void core.start();
    return member;
  }

  /** Lets time pass. Checks every few milliseconds that no camera has two holders. */
  async run(durationMs: number): Promise<void> {
    for (let passedMs = 0; passedMs < durationMs; passedMs += LOOK_MS) {
      await this.clock.run(LOOK_MS);
      const believed = this.members.filter(({ isDead }) => !isDead).flatMap(({ core }) => core.held);
      expect(believed.toSorted()).toEqual([...new Set(believed)].toSorted());
    }
  }

  heldBy(...members: readonly Member[]): string[] {
    return members.flatMap(({ core }) => core.held).toSorted();
  }

  /** Cuts the member off. Its locks stay in the store until they expire. */
  kill(member: Member): void {
    member.isDead = true;
  }

  #work(member: Member, lease: Lease, readyAfterMs: number): Promise<void> {
    member.leases.push(lease);
    this.clock.after(readyAfterMs, () => {
      lease.markReady();
      lease.reportCost(0.2);
    });
    return new Promise((resolve) => lease.signal.addEventListener('abort', () => resolve(), { once: true }));
  }

  /** The store as one worker sees it, behind a slow network. */
  #storeOf(who: () => Member): MemoryLeaseStore {
    return new Proxy(this.store, {
      get: (store, name: keyof MemoryLeaseStore) => {
        const step = store[name];
        if (typeof step !== 'function') return step;
        return async (...args: never[]) => {
          await this.#travel(who());
          const answer: unknown = await (step as (...all: never[]) => unknown).apply(store, args);
          await this.#travel(who());
          return answer;
        };
      },
    });
  }

  #travel(member: Member): Promise<void> {
    return new Promise((resolve) => {
      this.clock.after(this.#random() * 5, () => {
        if (!member.isDead) resolve();
      });
    });
  }

  #send(from: Member, to: string, message: LeaseMessage): void {
    if (from.isDead || this.#random() < this.loss) return;
    this.#tell((member) => {
      if (member.id === to) member.core.onMessage(message);
    });
  }

  #tell(hear: (member: Member) => void): void {
    for (const member of this.members) {
      this.clock.after(this.#random() * 5, () => {
        if (!member.isDead) hear(member);
      });
    }
  }
}

const LOOK_MS = 50;
const CAMERAS = Array.from({ length: 12 }, (_, index) => `cam-${String(index).padStart(2, '0')}`);

function open(seed = 1): Cluster {
  const cluster = new Cluster(randomOf(seed));
  cluster.store.offer(...CAMERAS);
  return cluster;
}

it('shares out what is offered, hands over to who joins, and takes what a dead worker had just when its lock has run out', async () => {
  const cluster = open();
  const a = cluster.join('a');
  await cluster.run(1_000);
  expect(cluster.heldBy(a)).toEqual(CAMERAS);
  const b = cluster.join('b');
  await cluster.run(5_000);
  expect([a.core.held.length, b.core.held.length]).toEqual([6, 6]);
  expect(cluster.heldBy(a, b)).toEqual(CAMERAS);
  expect(a.leases.filter(({ signal }) => signal.aborted).map(({ signal }) => signal.reason.code)).toEqual(
    Array(6).fill('lease-handed-over'),
  );
  cluster.kill(b);
  await cluster.run(LOCK_DURATION_MS + 100);
  expect(cluster.heldBy(a)).toEqual(CAMERAS);
  expect(cluster.errors).toEqual([]);
});

it('a worker that closes leaves nothing behind', async () => {
  const cluster = open();
  const [a, b] = [cluster.join('a'), cluster.join('b')];
  await cluster.run(5_000);
  let isClosed = false;
  void a.core.close().then(() => {
    isClosed = true;
  });
  await cluster.run(5_000);
  expect(isClosed).toBe(true);
  expect(cluster.heldBy(b)).toEqual(CAMERAS);
  expect(a.leases.filter(({ signal }) => !signal.aborted)).toEqual([]);
  expect([...new Set(a.leases.map(({ signal }) => signal.reason.code))]).toEqual(['lease-handed-over']);
});

it('every move is written, with camera, epoch, and where it went', async () => {
  const cluster = open();
  cluster.store.withdraw('cam-01');
  for (const cameraId of CAMERAS.slice(2)) cluster.store.withdraw(cameraId);
  cluster.join('a');
  await cluster.run(1_000);
  cluster.store.withdraw('cam-00');
  await cluster.run(1_000);
  expect(cluster.moves).toEqual([
    '{"who":"a","cameraId":"cam-00","epoch":1,"from":"granted","is":"holding"}',
    '{"who":"a","cameraId":"cam-00","epoch":1,"from":"holding","is":"over","why":"withdrawn"}',
  ]);
});

const event = fc.record({
  what: fc.constantFrom('join', 'kill', 'close', 'withdraw', 'lose messages', 'lose none'),
  who: fc.nat({ max: 9 }),
  afterMs: fc.integer({ min: 0, max: 3_000 }),
});

it('whatever happens, no camera has two holders, and in the end each has one', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.array(event, { minLength: 4, maxLength: 14 }), async (seed, events) => {
      const cluster = open(seed);
      cluster.join('first');
      for (const { what, who, afterMs } of events) {
        await cluster.run(afterMs);
        const member = cluster.members[who % cluster.members.length] as Member;
        const cameraId = CAMERAS[who] as string;
        if (what === 'join') cluster.join(`w${cluster.members.length}`, who * 200);
        else if (what === 'kill') cluster.kill(member);
        else if (what === 'close') void member.core.close();
        else if (what === 'withdraw') cluster.store.withdraw(cameraId);
        else cluster.loss = what === 'lose messages' ? 0.3 : 0;
      }
      cluster.loss = 0;
      cluster.join('last');
      // The holder of a withdrawn camera has learnt of that by then.
      await cluster.run(1_000);
      cluster.store.offer(...CAMERAS);
      await cluster.run(20_000);
      expect(cluster.heldBy(...cluster.members.filter(({ isDead }) => !isDead))).toEqual(CAMERAS);
      expect(cluster.errors).toEqual([]);
    }),
    { numRuns: 12 },
  );
}, 120_000);
