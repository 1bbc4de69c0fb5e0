import { MemoryLeaseStore } from '../../../test/memory-lease-store.ts';
import { SimulatedClock } from '../../../test/simulated-clock.ts';
import type { CameraLease } from '../ledger/camera-lease.ts';
import { LeaseTable } from '../ledger/lease-table.ts';
import { FixedCapacity } from '../sharing/fixed-capacity.ts';
import { LeaseBalancer } from '../sharing/lease-balancer.ts';
import type { SyncAnswer, SyncRequest } from '../store/lease-store.ts';
import { LeaseSync } from './lease-sync.ts';

const LOCK_MS = 2_000;

let clock: SimulatedClock;
let store: MemoryLeaseStore;
let table: LeaseTable;
let balancer: LeaseBalancer;
let sync: LeaseSync;
let requests: SyncRequest[];
let looks: number;
let errors: unknown[];
let answer: (request: SyncRequest) => Promise<SyncAnswer>;

beforeEach(() => {
  [requests, errors, looks] = [[], [], 0];
  clock = new SimulatedClock();
  const nowMs = () => clock.nowMs();
  store = new MemoryLeaseStore({ lockDurationMs: LOCK_MS, nowMs });
  table = new LeaseTable({ lockDurationMs: LOCK_MS, clock, store });
  balancer = new LeaseBalancer({ id: 'a', capacity: new FixedCapacity(10), maxLeases: 10, nowMs });
  answer = (request) => store.sync(request);
  sync = new LeaseSync({
    store: {
      sync: (request) => {
        requests.push(request);
        return answer(request);
      },
    },
    table,
    balancer,
    reach: { look: () => (looks++ < 0 ? 'doubtful' : 'reachable') },
    clock,
    host: 'h',
    onError: (error) => errors.push(error),
  });
});

async function take(...cameraIds: readonly string[]): Promise<CameraLease[]> {
  store.offer(...cameraIds);
  const sentAtMs = clock.nowMs();
  const grants = await store.take('mine', cameraIds.length);
  return grants.map((grant) => table.add(grant, { token: 'mine', sentAtMs, state: { is: 'holding' } }));
}

it('renews everything by one request', async () => {
  const leases = await take('a', 'b');
  for (let round = 0; round < 20; round++) {
    await clock.run(500);
    await sync.exchange();
  }
  expect(leases.map(({ state }) => state.is)).toEqual(['holding', 'holding']);
  expect(requests).toHaveLength(20);
  expect(requests[0]?.held.map(({ cameraId }) => cameraId)).toEqual(['a', 'b']);
  expect(store.holders).toEqual(
    new Map([
      ['a', 'mine'],
      ['b', 'mine'],
    ]),
  );
});

it('ends what was lost or withdrawn, and nothing else', async () => {
  const leases = await take('kept', 'lost', 'withdrawn');
  store.expireIn('lost', -1);
  await store.take('another', 1);
  store.withdraw('withdrawn');
  await sync.exchange();
  expect(leases.map(({ state }) => state)).toEqual([
    { is: 'holding' },
    { is: 'over', why: 'lost' },
    { is: 'over', why: 'withdrawn' },
  ]);
});

it('does not take the old lease of a camera for its new one', async () => {
  const [old] = await take('a');
  // Keeps the request pending while the old lease ends and the camera returns.
  let arrive: (lost: SyncAnswer) => void = () => undefined;
  answer = () =>
    new Promise((resolve) => {
      arrive = resolve;
    });
  const asking = sync.exchange();
  old?.become({ is: 'over', why: 'lost' });
  const grant = { cameraId: 'a', epoch: 2, cost: undefined };
  const anew = table.add(grant, { token: 'new', sentAtMs: clock.nowMs(), state: { is: 'holding' } });
  arrive({
    waiting: 0,
    nextExpiryMs: undefined,
    lost: ['a'],
    withdrawn: [],
    passed: [],
    others: [],
    hostWorkers: 1,
    leftOver: 0,
  });
  await asking;
  expect(anew.state.is).toBe('holding');
});

it.each([
  { what: 'the holder is silent', expireInMs: -1, state: { is: 'holding' } },
  { what: 'the holder lives', expireInMs: 1_000, state: { is: 'succeeding', donor: 'b' } },
])('a succession while $what: $state.is', async ({ expireInMs, state }) => {
  store.offer('a');
  await store.take('b', 1);
  const grant = await store.beginSuccession('a', 'b', 'mine');
  if (grant === undefined) throw new TypeError('no succession');
  const how = { token: 'mine', sentAtMs: clock.nowMs(), state: { is: 'succeeding', donor: 'b' } } as const;
  const lease = table.add(grant, how);
  store.expireIn('a', expireInMs);
  await sync.exchange();
  expect(lease.state).toEqual(state);
});

it('ends all leases in time while the store answers nothing, and asks it once', async () => {
  const [lease] = await take('a');
  answer = () => new Promise(() => undefined);
  void sync.exchange();
  void sync.exchange();
  await clock.run(1_799);
  expect(lease?.signal.aborted).toBe(false);
  await clock.run(1);
  expect(lease?.state).toEqual({ is: 'over', why: 'lost' });
  expect(requests).toHaveLength(1);
});

it('ends a lease in time that came while the store was silent', async () => {
  answer = () => new Promise(() => undefined);
  void sync.exchange();
  await clock.run(500);
  const [lease] = await take('a');
  await clock.run(1_799);
  expect(lease?.signal.aborted).toBe(false);
  await clock.run(1);
  expect(lease?.signal.aborted).toBe(true);
});

it('outlives a request that failed', async () => {
  const [lease] = await take('a');
  answer = () => Promise.reject(new Error('no connection'));
  await clock.run(500);
  expect(await sync.exchange()).toBeUndefined();
  answer = (request) => store.sync(request);
  await clock.run(500);
  expect(await sync.exchange()).toBeDefined();
  await clock.run(1_700);
  expect(lease?.state.is).toBe('holding');
  expect(errors).toHaveLength(1);
});

it('asks what the work needs at regular intervals only', async () => {
  for (let request = 0; request < 20; request++) {
    await sync.exchange();
    await clock.run(50);
  }
  expect(looks).toBe(3);
});
