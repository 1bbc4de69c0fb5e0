import { MemoryLeaseStore } from '../../../test/memory-lease-store.ts';
import { SimulatedClock } from '../../../test/simulated-clock.ts';
import { LOCK_DURATION_MS } from '../lease-timing.ts';
import type { CameraLease } from '../ledger/camera-lease.ts';
import type { LeaseState } from '../ledger/lease-state.ts';
import { LeaseTable } from '../ledger/lease-table.ts';
import { FixedCapacity } from '../sharing/fixed-capacity.ts';
import { LeaseBalancer } from '../sharing/lease-balancer.ts';
import type { WorkerLoad } from '../sharing/worker-load.ts';
import { LeaseHandOvers } from './lease-hand-overs.ts';
import type { LeaseMessage } from './lease-message.ts';

let clock: SimulatedClock;
let store: MemoryLeaseStore;
let balancer: LeaseBalancer;
let table: LeaseTable;
let handOvers: LeaseHandOvers;
let sent: { readonly to: string; readonly message: LeaseMessage }[];
let errors: unknown[];

beforeEach(() => {
  [sent, errors] = [[], []];
  clock = new SimulatedClock();
  const nowMs = () => clock.nowMs();
  store = new MemoryLeaseStore({ lockDurationMs: LOCK_DURATION_MS, nowMs });
  balancer = new LeaseBalancer({ id: 'a', capacity: new FixedCapacity(10), maxLeases: 10, nowMs, random: () => 0 });
  table = new LeaseTable({ lockDurationMs: LOCK_DURATION_MS, clock, store });
  handOvers = new LeaseHandOvers({
    instanceId: 'a',
    store,
    table,
    balancer,
    messages: { send: (to, message) => sent.push({ to, message }) },
    clock,
    onError: (error) => errors.push(error),
  });
});

afterEach(() => expect(errors).toEqual([]));

async function hold(...cameraIds: readonly string[]): Promise<CameraLease> {
  store.offer(...cameraIds);
  const grants = await store.take('mine', cameraIds.length);
  const how = { token: 'mine', sentAtMs: clock.nowMs(), state: { is: 'holding' } } as const;
  for (const { cameraId } of grants) {
    balancer.taken(cameraId, 0.5);
    balancer.ready(cameraId, true);
  }
  return grants.map((grant) => table.add(grant, how))[0] as CameraLease;
}

/** Delivers a message of the receiver to the donor. */
function say(type: 'accept' | 'ready' | 'fail' | 'refuse', from = 'b'): void {
  handOvers.onMessage({ type, from, cameraId: 'yard', token: 'next' });
}

async function begin(): Promise<void> {
  expect(await store.beginSuccession('yard', 'mine', 'next')).toBeDefined();
}

function offerToB(): void {
  handOvers.offer([{ cameraId: 'yard', cost: 0.5, to: 'b' }]);
}

const types = () => sent.map(({ to, message }) => `${message.type} to ${to}`);

describe('the donor', () => {
  it('lets go, and passes the camera on, when the receiver is ready', async () => {
    const lease = await hold('yard');
    offerToB();
    expect(lease.state).toEqual({ is: 'offering', to: 'b' });
    await begin();
    say('accept');
    expect(lease.state).toEqual({ is: 'handing-over', to: 'b', successorToken: 'next' });
    say('ready');
    expect(lease.state).toEqual({ is: 'passing', to: 'b' });
    expect(lease.signal.reason).toMatchObject({ code: 'lease-handed-over' });
    await handOvers.close();
    expect(lease.state).toEqual({ is: 'over', why: 'handed-over' });
    expect(store.holders).toEqual(new Map([['yard', 'next']]));
    expect(types()).toEqual(['offer to b', 'passed to b']);
  });

  it('believes a receiver that is ready before its word that it has begun is here', async () => {
    const lease = await hold('yard');
    offerToB();
    await begin();
    say('ready');
    await handOvers.close();
    expect(lease.state.is).toBe('over');
    expect(store.holders).toEqual(new Map([['yard', 'next']]));
  });

  it('frees a camera whose successor has gone just then', async () => {
    await hold('yard');
    offerToB();
    say('ready');
    await handOvers.close();
    expect(await store.take('other', 1)).toHaveLength(1);
  });

  it.each<{ what: string; says: readonly ('accept' | 'fail' | 'refuse')[]; afterMs: number; state: LeaseState }>([
    { what: 'refuses', says: ['refuse'], afterMs: 0, state: { is: 'holding' } },
    { what: 'fails', says: ['accept', 'fail'], afterMs: 0, state: { is: 'holding' } },
    { what: 'is silent', says: [], afterMs: 999, state: { is: 'offering', to: 'b' } },
    { what: 'is silent for a second', says: [], afterMs: 1_000, state: { is: 'holding' } },
    {
      what: 'is not ready',
      says: ['accept'],
      afterMs: 11_999,
      state: { is: 'handing-over', to: 'b', successorToken: 'next' },
    },
    { what: 'is not ready in 12 s', says: ['accept'], afterMs: 12_000, state: { is: 'holding' } },
  ])('after $afterMs ms of a receiver that $what: $state.is', async ({ says, afterMs, state }) => {
    const lease = await hold('yard');
    offerToB();
    if (says.includes('accept')) await begin();
    for (const type of says) say(type);
    await clock.run(afterMs);
    expect(lease.state).toEqual(state);
    expect(lease.signal.aborted).toBe(false);
  });

  it('cancels the succession that it has given up', async () => {
    const lease = await hold('yard');
    offerToB();
    await begin();
    say('accept');
    say('fail');
    await clock.run(0);
    expect(lease.state.is).toBe('holding');
    expect(await store.beginSuccession('yard', 'mine', 'another')).toBeDefined();
  });

  it.each([
    { type: 'accept', holds: true, isCancelled: true },
    { type: 'ready', holds: true, isCancelled: true },
    { type: 'fail', holds: true, isCancelled: false },
    { type: 'ready', holds: false, isCancelled: false },
  ] as const)('dismisses a receiver that says $type after it was given up: $isCancelled', async (row) => {
    const lease = await hold('yard');
    await begin();
    if (!row.holds) lease.become({ is: 'over', why: 'lost' });
    say(row.type);
    await clock.run(0);
    const isCancelled = (await store.beginSuccession('yard', 'mine', 'another')) !== undefined;
    expect(isCancelled).toBe(row.isCancelled);
  });

  it('does not offer what it does not hold, or has offered', async () => {
    const lease = await hold('yard');
    offerToB();
    offerToB();
    handOvers.offer([{ cameraId: 'unknown', cost: 0.5, to: 'b' }]);
    expect(types()).toEqual(['offer to b']);
    lease.become({ is: 'ending', why: 'failed' });
    expect(handOvers.isPending).toBe(false);
  });
});

describe('the receiver', () => {
  const offer = {
    type: 'offer',
    from: 'b',
    cameraId: 'yard',
    token: 'theirs',
    cost: 0.5,
    load: 2,
    capacity: 4,
    isLeaving: false,
  } as const;

  async function takeOver(): Promise<CameraLease> {
    store.offer('yard');
    await store.take('theirs', 1);
    balancer.boardRead({ others: [idle('b', 2)], waiting: 0 });
    handOvers.onMessage(offer);
    await clock.run(0);
    return table.all[0] as CameraLease;
  }

  it('becomes the successor, says when it is ready, and holds the camera when it has passed', async () => {
    const lease = await takeOver();
    expect(lease.state).toEqual({ is: 'succeeding', donor: 'b' });
    lease.markReady();
    // The donor has not let go: `ready` may have been lost.
    handOvers.remind();
    expect(types()).toEqual(['accept to b', 'ready to b', 'ready to b']);
    handOvers.onMessage({ type: 'passed', from: 'b', cameraId: 'yard', token: lease.token });
    expect(lease.state).toEqual({ is: 'holding' });
  });

  it('tells the donor when nothing comes of it', async () => {
    const lease = await takeOver();
    lease.become({ is: 'ending', why: 'handed-back' });
    expect(types()).toEqual(['accept to b', 'fail to b']);
  });

  it('refuses what it would not hold, and what the donor holds no more', async () => {
    balancer.boardRead({ others: [idle('b', 2)], waiting: 0 });
    handOvers.onMessage(offer);
    await clock.run(0);
    expect(types()).toEqual(['refuse to b']);
    expect(table.all).toEqual([]);
    balancer.close();
    handOvers.onMessage(offer);
    expect(types()).toEqual(['refuse to b', 'refuse to b']);
  });
});

function idle(id: string, load = 0): WorkerLoad {
  return { id, load, capacity: 4, cameras: load === 0 ? 0 : 1, hasRoom: true, isLeaving: false };
}
