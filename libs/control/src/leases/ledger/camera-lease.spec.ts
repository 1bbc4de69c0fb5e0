import { jest } from '@jest/globals';
import { ControlError } from '../../control-error.ts';
import { CameraLease } from './camera-lease.ts';
import { processClock } from './lease-clock.ts';
import type { LeaseState, LeaseStateName } from './lease-state.ts';

const GRANTED_AT_MS = 1_000;
/** When this side gives up: 200 ms before Redis does. */
const ENDS_AT_MS = 2_800;

let nowMs: number;
let newestEpoch: number | undefined;
let moves: string[];
let lease: CameraLease;

beforeEach(() => {
  nowMs = GRANTED_AT_MS;
  moves = [];
  lease = leaseIn({ is: 'holding' });
});

function leaseIn(state: LeaseState): CameraLease {
  const start = state.is === 'succeeding' ? state : ({ is: 'holding' } as const);
  const granted = new CameraLease({
    cameraId: 'front-door',
    epoch: 7,
    cost: undefined,
    token: 't',
    sentAtMs: GRANTED_AT_MS,
    state: start,
    lockDurationMs: 2_000,
    clock: { ...processClock, nowMs: () => nowMs },
    store: { newestEpoch: async () => newestEpoch },
    observer: {
      leaseMoved: (moved, from) => moves.push(`${from.is} to ${moved.state.is}`),
      leaseReady: () => undefined,
      leaseMeasured: () => undefined,
    },
  });
  const way: readonly LeaseState[] = WAYS[state.is] ?? [];
  for (const step of way) granted.become(step);
  return granted;
}

describe('the proof that a lease is current', () => {
  it('holds until the lock may have run out', () => {
    nowMs = ENDS_AT_MS - 1;
    lease.assertCurrent();
    expect(lease.signal.aborted).toBe(false);
  });

  it('ends at that moment, as soon as somebody looks', () => {
    nowMs = ENDS_AT_MS;
    expect(() => lease.assertCurrent()).toThrow(ControlError);
    expect(lease.signal.reason).toMatchObject({ code: 'lease-lost' });
    expect(lease.isInStore).toBe(false);
  });

  it('counts from when the renewal was sent, not from its answer', () => {
    nowMs = 2_000;
    lease.renewed(1_500);
    expect(lease.endsAtMs).toBe(3_300);
  });

  it('does not come back by a renewal that was answered after a pause of the process', () => {
    nowMs = 5_000;
    lease.renewed(1_500);
    expect(lease.signal.aborted).toBe(true);
  });

  it('keeps its first reason', () => {
    lease.become({ is: 'ending', why: 'handed-back' });
    nowMs = 5_000;
    expect(() => lease.assertCurrent()).toThrow('is given back');
    expect(lease.isInStore).toBe(false);
  });
});

/** Moves that bring a new lease into each state. */
const WAYS: Partial<Record<LeaseStateName, readonly LeaseState[]>> = {
  offering: [{ is: 'offering', to: 'b' }],
  'handing-over': [
    { is: 'offering', to: 'b' },
    { is: 'handing-over', to: 'b', successorToken: 's' },
  ],
  passing: [
    { is: 'offering', to: 'b' },
    { is: 'passing', to: 'b' },
  ],
  ending: [{ is: 'ending', why: 'failed' }],
  over: [{ is: 'over', why: 'lost' }],
};

const STATES: Readonly<Record<LeaseStateName, LeaseState>> = {
  succeeding: { is: 'succeeding', donor: 'a' },
  holding: { is: 'holding' },
  offering: { is: 'offering', to: 'b' },
  'handing-over': { is: 'handing-over', to: 'b', successorToken: 's' },
  passing: { is: 'passing', to: 'b' },
  ending: { is: 'ending', why: 'done' },
  over: { is: 'over', why: 'lost' },
};

describe('each state', () => {
  it.each([
    { from: 'succeeding', to: 'holding ending over', isHeld: false, isInStore: true, code: undefined },
    { from: 'holding', to: 'offering ending over', isHeld: true, isInStore: true, code: undefined },
    {
      from: 'offering',
      to: 'holding handing-over passing ending over',
      isHeld: true,
      isInStore: true,
      code: undefined,
    },
    { from: 'handing-over', to: 'holding passing ending over', isHeld: true, isInStore: true, code: undefined },
    { from: 'passing', to: 'over', isHeld: false, isInStore: false, code: 'lease-handed-over' },
    { from: 'ending', to: 'over', isHeld: false, isInStore: true, code: 'lease-handed-back' },
    { from: 'over', to: '', isHeld: false, isInStore: false, code: 'lease-lost' },
  ] as const)('$from: may go to $to, held $isHeld', ({ from, to, isHeld, isInStore, code }) => {
    const names = Object.keys(STATES) as LeaseStateName[];
    const possible = names.filter((name) => {
      const each = leaseIn(STATES[from]);
      expect(each).toMatchObject({ isHeld, isInStore });
      expect((each.signal.reason as ControlError | undefined)?.code).toBe(code);
      moves = [];
      try {
        each.become(STATES[name]);
      } catch (error) {
        expect(error).toEqual(new TypeError(`camera front-door: a lease cannot go from ${from} to ${name}`));
        expect(each.state.is).toBe(from);
        return false;
      }
      expect(moves).toEqual([`${from} to ${name}`]);
      return true;
    });
    expect(possible.join(' ')).toBe(to);
  });

  it.each([
    { why: 'withdrawn', code: 'lease-withdrawn' },
    { why: 'lost', code: 'lease-lost' },
  ] as const)('$why is said as $code', ({ why, code }) => {
    lease.become({ is: 'over', why });
    expect(lease.signal.reason).toMatchObject({ code });
  });
});

describe('whether nobody can have a higher epoch', () => {
  it.each([
    { name: 'the last grant is this one', newest: 7, expected: true },
    { name: 'a later one was granted', newest: 8, expected: false },
    { name: 'the control Redis has lost its data', newest: undefined, expected: false },
  ])('$name: $expected', async ({ newest, expected }) => {
    newestEpoch = newest;
    nowMs = 2_700;
    lease.renewed(2_700);
    // Every earlier holder has given up by now.
    nowMs = ENDS_AT_MS;
    expect(await lease.hasHighestEpoch()).toBe(expected);
  });

  it('is false once the lease is over, also while it was asked for', async () => {
    newestEpoch = 7;
    nowMs = ENDS_AT_MS;
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
