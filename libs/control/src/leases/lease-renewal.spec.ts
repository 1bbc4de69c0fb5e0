import { jest } from '@jest/globals';
import { HeldLease } from './held-lease.ts';
import { LeaseRenewal } from './lease-renewal.ts';

let renewal: LeaseRenewal;
let renewals: string[][];
let answer: (cameraIds: readonly string[]) => Promise<ReadonlySet<string>>;
let errors: unknown[];

beforeEach(() => {
  jest.useFakeTimers();
  renewals = [];
  errors = [];
  answer = async () => new Set();
  renewal = new LeaseRenewal({
    extendLocks: (leases) => {
      const cameraIds = leases.map(({ cameraId, token }) => `${cameraId}/${token}`);
      renewals.push(cameraIds);
      return answer(cameraIds);
    },
    nowMs: () => performance.now(),
    onError: (error) => errors.push(error),
  });
});

afterEach(() => {
  jest.useRealTimers();
});

function hold(cameraId: string, token = '1'): HeldLease {
  const renewedAtMs = performance.now();
  const nowMs = () => performance.now();
  const lease = new HeldLease({ cameraId, epoch: 1, token, renewedAtMs, lockDurationMs: 1_800, nowMs });
  renewal.add(lease);
  return lease;
}

it('renews all leases together, twice a second', async () => {
  const leases = [hold('a'), hold('b')];
  await jest.advanceTimersByTimeAsync(5_000);
  expect(renewals.length).toBeGreaterThanOrEqual(9);
  expect(renewals.length).toBeLessThanOrEqual(11);
  expect(renewals[0]).toEqual(['a/1', 'b/1']);
  expect(leases.map(({ signal }) => signal.aborted)).toEqual([false, false]);
});

it('ends at once the one whose lock is lost', async () => {
  const [a, b] = [hold('a'), hold('b')];
  answer = async () => new Set(['a']);
  await jest.advanceTimersByTimeAsync(600);
  expect(a.signal.reason).toMatchObject({ code: 'lease-lost' });
  expect(b.signal.aborted).toBe(false);
});

it('does not take the old lease of a camera for its new one', async () => {
  const old = hold('a', 'old');
  answer = async (cameraIds) => new Set(cameraIds.includes('a/old') ? ['a'] : []);
  await jest.advanceTimersByTimeAsync(600);
  expect(old.isLost).toBe(true);
  const anew = hold('a', 'new');
  await jest.advanceTimersByTimeAsync(3_000);
  expect(anew.signal.aborted).toBe(false);
});

it('ends all leases in time while Redis answers nothing, and asks it once', async () => {
  const lease = hold('a');
  answer = () => new Promise(() => undefined);
  await jest.advanceTimersByTimeAsync(1_700);
  expect(lease.signal.aborted).toBe(false);
  await jest.advanceTimersByTimeAsync(200);
  expect(lease.signal.reason).toMatchObject({ code: 'lease-lost' });
  expect(renewals).toHaveLength(1);
});

it('outlives a renewal that failed', async () => {
  const lease = hold('a');
  answer = () => Promise.reject(new Error('no connection'));
  await jest.advanceTimersByTimeAsync(1_000);
  answer = async () => new Set();
  await jest.advanceTimersByTimeAsync(5_000);
  expect(lease.signal.aborted).toBe(false);
  expect(errors.length).toBeGreaterThan(0);
});

it('looks at once when a lease is said to be withdrawn, and believes only the lock', async () => {
  const lease = hold('a');
  renewal.suspectWithdrawal('a');
  renewal.suspectWithdrawal('unknown');
  await jest.advanceTimersByTimeAsync(0);
  expect(renewals).toHaveLength(1);
  expect(lease.signal.aborted).toBe(false);
  answer = async () => new Set(['a']);
  renewal.suspectWithdrawal('a');
  await jest.advanceTimersByTimeAsync(0);
  expect(lease.signal.reason).toMatchObject({ code: 'lease-withdrawn' });
});

it('leaves no timer behind', () => {
  const lease = hold('a');
  renewal.delete(lease);
  expect(jest.getTimerCount()).toBe(0);
});

it('wakes only to renew', async () => {
  hold('a');
  const due = jest.spyOn(HeldLease.prototype, 'check');
  await jest.advanceTimersByTimeAsync(2_000);
  expect(renewals).toHaveLength(5);
  // Once as the timer runs, once before the renewal, once with its answer.
  expect(due).toHaveBeenCalledTimes(15);
  due.mockRestore();
});
