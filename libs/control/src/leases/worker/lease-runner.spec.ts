import { MemoryLeaseStore } from '../../../test/memory-lease-store.ts';
import { SimulatedClock } from '../../../test/simulated-clock.ts';
import { LOCK_DURATION_MS } from '../lease-timing.ts';
import type { CameraLease } from '../ledger/camera-lease.ts';
import { LeaseTable } from '../ledger/lease-table.ts';
import { LeaseRunner } from './lease-runner.ts';

interface Work {
  readonly lease: CameraLease;
  end(error?: Error): void;
}

let clock: SimulatedClock;
let store: MemoryLeaseStore;
let table: LeaseTable;
let runner: LeaseRunner;
let works: Work[];
let failures: string[];
let errors: unknown[];

beforeEach(() => {
  [works, failures, errors] = [[], [], []];
  clock = new SimulatedClock();
  // Longer than any of these tests, since nothing renews here.
  store = new MemoryLeaseStore({ lockDurationMs: 10 * LOCK_DURATION_MS, nowMs: () => clock.nowMs() });
  table = new LeaseTable({ lockDurationMs: 10 * LOCK_DURATION_MS, clock, store });
  runner = new LeaseRunner({
    store,
    table,
    clock,
    run: (lease) =>
      new Promise((resolve, reject) => {
        works.push({ lease, end: (error) => (error === undefined ? resolve() : reject(error)) });
      }),
    onRunFailed: (_, error) => failures.push((error as Error).message),
    onError: (error) => errors.push(error),
  });
  store.offer('yard');
});

afterEach(() => expect(errors).toEqual([]));

async function take(token = 'mine', sentAtMs = clock.nowMs()): Promise<CameraLease> {
  const [grant] = await store.take(token, 1);
  if (grant === undefined) throw new TypeError('nothing is free');
  const lease = table.add(grant, { token, sentAtMs, state: { is: 'holding' } });
  await clock.run(0);
  return lease;
}

async function succeed(): Promise<CameraLease> {
  await store.take('donor', 1);
  const grant = await store.beginSuccession('yard', 'donor', 'mine');
  if (grant === undefined) throw new TypeError('no succession');
  const state = { is: 'succeeding', donor: 'b' } as const;
  const lease = table.add(grant, { token: 'mine', sentAtMs: clock.nowMs(), state });
  await clock.run(0);
  return lease;
}

const isFree = async () => (await store.take('other', 1)).length === 1;

it('removes a camera whose work is done', async () => {
  await take();
  works[0]?.end();
  await clock.run(0);
  expect(table.all).toEqual([]);
  store.offer('yard');
  expect(await isFree()).toBe(true);
});

it('holds a camera whose work has failed for a second, and then frees it', async () => {
  const lease = await take();
  works[0]?.end(new Error('on fire'));
  await clock.run(999);
  expect([lease.state.is, await isFree()]).toEqual(['ending', false]);
  await clock.run(1);
  expect([lease.state.is, await isFree()]).toEqual(['over', true]);
  expect(failures).toEqual(['on fire']);
});

it('gives a camera whose work has failed to its successor at once, and does not call that a failure', async () => {
  const lease = await take();
  await store.beginSuccession('yard', 'mine', 'next');
  lease.become({ is: 'offering', to: 'b' });
  lease.become({ is: 'handing-over', to: 'b', successorToken: 'next' });
  works[0]?.end(new Error('replaced'));
  await clock.run(0);
  expect(lease.state).toEqual({ is: 'over', why: 'handed-over' });
  expect(store.holders).toEqual(new Map([['yard', 'next']]));
  expect(failures).toEqual([]);
});

it.each(['fails', 'ends'])('a succession whose work %s leaves the camera to the donor', async (what) => {
  const lease = await succeed();
  works[0]?.end(what === 'fails' ? new Error('no second session') : undefined);
  await clock.run(0);
  expect(lease.state).toEqual({ is: 'over', why: 'released' });
  expect(store.holders).toEqual(new Map([['yard', 'donor']]));
  expect(await store.beginSuccession('yard', 'donor', 'another')).toBeDefined();
});

it('starts no work on a lease that was over when its grant came', async () => {
  await take('mine', clock.nowMs() - 10 * LOCK_DURATION_MS);
  expect(works).toEqual([]);
  expect(table.all).toEqual([]);
});

it('starts a camera that has come back when the work of its lost lease has ended', async () => {
  const lost = await take('first');
  lost.become({ is: 'over', why: 'lost' });
  store.expireIn('yard', -1);
  const back = await take('second');
  expect(works.map(({ lease }) => lease)).toEqual([lost]);
  works[0]?.end();
  await clock.run(0);
  expect(works.map(({ lease }) => lease)).toEqual([lost, back]);
  expect(store.holders).toEqual(new Map([['yard', 'second']]));
});

describe('closing', () => {
  it.each([
    { what: 'shows a picture', isReady: true, state: 'holding' },
    { what: 'shows nothing', isReady: false, state: 'ending' },
  ])('a camera that $what is $state until all are given back', async ({ isReady, state }) => {
    const lease = await take();
    if (isReady) lease.markReady();
    runner.close();
    expect(lease.state.is).toBe(state);
    const given = runner.giveAllBack();
    await clock.run(0);
    // Not free before the work has ended.
    expect([lease.signal.aborted, await isFree()]).toEqual([true, false]);
    works[0]?.end();
    await given;
    expect(await isFree()).toBe(true);
  });

  it('waits out no pause, and starts nothing more', async () => {
    await take();
    works[0]?.end(new Error('on fire'));
    await clock.run(10);
    runner.close();
    await clock.run(0);
    expect(table.all).toEqual([]);
    await take();
    expect(works).toHaveLength(1);
    expect(await isFree()).toBe(true);
  });
});
