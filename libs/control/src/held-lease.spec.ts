import { ControlError } from './control-error.ts';
import { HeldLease } from './held-lease.ts';

let nowMs: number;
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
