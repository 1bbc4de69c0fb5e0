import { jest } from '@jest/globals';
import { ControlError } from '../control-error.ts';
import { HeldLease } from './held-lease.ts';

let nowMs: number;
let newestEpoch: number | undefined;
let lease: HeldLease;

beforeEach(() => {
  nowMs = 1_000;
  lease = new HeldLease({
    cameraId: 'front-door',
    epoch: 7,
    token: 't',
    renewedAtMs: 1_000,
    lockDurationMs: 1_800,
    nowMs: () => nowMs,
    newestEpoch: async () => newestEpoch,
  });
});

it('is current until the lock may have expired', () => {
  nowMs = 2_799;
  lease.assertCurrent();
  expect(lease.signal.aborted).toBe(false);
});

it('ends at that moment, as soon as somebody looks', () => {
  nowMs = 2_800;
  expect(() => lease.assertCurrent()).toThrow(ControlError);
  expect(lease.signal.reason).toMatchObject({ code: 'lease-lost', retryable: false });
  expect(lease.isLost).toBe(true);
});

it('counts from when the renewal was sent, not from its answer', () => {
  nowMs = 2_000;
  lease.renewed(1_500);
  expect(lease.endsAtMs).toBe(3_300);
});

it('does not come back to life by a renewal that was answered after a pause of the process', () => {
  nowMs = 5_000;
  lease.renewed(1_500);
  expect(lease.signal.aborted).toBe(true);
});

it('keeps its first reason', () => {
  lease.end(new ControlError('lease-handed-back', 'given back'));
  nowMs = 5_000;
  expect(() => lease.assertCurrent()).toThrow('given back');
  expect(lease.isLost).toBe(false);
});

describe('whether nobody can have a higher epoch', () => {
  // By then each earlier holder has given up.
  const GRANTED_LONG_AGO_MS = 2_800;

  it.each([
    { name: 'the last grant is this one', newest: 7, expected: true },
    { name: 'a later one was granted', newest: 8, expected: false },
    { name: 'the control Redis has lost its data', newest: undefined, expected: false },
  ])('$name: $expected', async ({ newest, expected }) => {
    newestEpoch = newest;
    nowMs = 2_700;
    lease.renewed(2_700);
    nowMs = GRANTED_LONG_AGO_MS;
    expect(await lease.hasHighestEpoch()).toBe(expected);
  });

  it('is false once the lease is over, also while it was asked for', async () => {
    newestEpoch = 7;
    nowMs = GRANTED_LONG_AGO_MS;
    expect(await lease.hasHighestEpoch()).toBe(false);
    expect(lease.signal.aborted).toBe(true);
  });

  it('waits until the holders before have given up', async () => {
    jest.useFakeTimers();
    try {
      newestEpoch = 7;
      let answer: boolean | undefined;
      void lease.hasHighestEpoch().then((is) => {
        answer = is;
      });
      nowMs = 2_000;
      lease.renewed(2_000);
      await jest.advanceTimersByTimeAsync(1_799);
      expect(answer).toBeUndefined();
      await jest.advanceTimersByTimeAsync(1);
      expect(answer).toBe(true);
    } finally {
      jest.useRealTimers();
    }
  });
});
