import { RtspError, type RtspErrorCode } from '../rtsp-error.ts';
import { ReconnectPolicy } from './reconnect-policy.ts';

const lost = failure('closed-by-peer');

function failure(code: RtspErrorCode, retryAfterMs?: number): RtspError {
  return new RtspError(code, 'It ended', {
    peer: '10.0.0.7:554',
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

function waits(policy: ReconnectPolicy, error: RtspError, count: number): number[] {
  return Array.from({ length: count }, () => policy.next({ error, mediaMs: 0 }));
}

describe('item 98: reconnecting', () => {
  it('waits 1 s, doubling to the ceiling', () => {
    const policy = new ReconnectPolicy({ random: () => 0 });
    expect(waits(policy, lost, 8)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('never waits longer than a ceiling of its own', () => {
    expect(waits(new ReconnectPolicy({ ceilingMs: 5_000, random: () => 0 }), lost, 5)).toEqual([
      1_000, 2_000, 4_000, 5_000, 5_000,
    ]);
  });

  it('spreads cameras by 20 %, and the first try still comes within 1 s', () => {
    expect(waits(new ReconnectPolicy({ random: () => 1 }), lost, 3)).toEqual([800, 1_600, 3_200]);
    for (let count = 0; count < 100; count++) {
      const [first = 0] = waits(new ReconnectPolicy(), lost, 1);
      expect(first).toBeGreaterThanOrEqual(800);
      expect(first).toBeLessThanOrEqual(1_000);
    }
  });

  it('starts over after 30 s of media, not after less', () => {
    const policy = new ReconnectPolicy({ random: () => 0 });
    waits(policy, lost, 4);
    expect(policy.next({ error: lost, mediaMs: 29_999 })).toBe(16_000);
    expect(policy.next({ error: lost, mediaMs: 30_000 })).toBe(1_000);
    expect(policy.next({ error: lost, mediaMs: 0 })).toBe(2_000);
  });

  it.each<{ name: string; error: RtspError; ceilingMs?: number; expected: number[] }>([
    { name: 'refused or no route', error: failure('unreachable'), expected: [1_000, 1_000, 1_000, 1_000] },
    {
      name: 'no answer to the attempt to connect',
      error: new RtspError('timed-out', 'x', { peer: 'x', phase: 'connect' }),
      expected: [1_000, 1_000, 1_000, 1_000],
    },
    { name: 'a lower ceiling', error: failure('unreachable'), ceilingMs: 500, expected: [500, 500, 500, 500] },
    { name: 'no reply on an open connection', error: failure('timed-out'), expected: [1_000, 2_000, 4_000, 8_000] },
  ])('a camera that is not there is knocked at every second: $name', ({ error, ceilingMs = 30_000, expected }) => {
    expect(waits(new ReconnectPolicy({ ceilingMs, random: () => 0 }), error, 4)).toEqual(expected);
  });

  it('after a long absence what the camera does next starts from the first wait', () => {
    const policy = new ReconnectPolicy({ random: () => 0 });
    waits(policy, failure('unreachable'), 1_000);
    expect(waits(policy, lost, 3)).toEqual([1_000, 2_000, 4_000]);
    expect(waits(policy, failure('unreachable'), 2)).toEqual([1_000, 1_000]);
    expect(waits(policy, lost, 1)).toEqual([8_000]);
  });

  it('an absence does not shorten the wait after a refused password', () => {
    const policy = new ReconnectPolicy({ random: () => 0 });
    waits(policy, failure('unauthorized'), 2);
    waits(policy, failure('unreachable'), 5);
    expect(waits(policy, failure('unauthorized'), 1)).toEqual([240_000]);
  });

  it('waits at least 60 s after a refused password, and longer each time', () => {
    expect(waits(new ReconnectPolicy({ random: () => 0 }), failure('unauthorized'), 6)).toEqual([
      60_000, 120_000, 240_000, 480_000, 600_000, 600_000,
    ]);
    expect(waits(new ReconnectPolicy({ random: () => 1 }), failure('unauthorized'), 1)).toEqual([72_000]);
  });

  it('item 21, device 43: honours what a busy camera asks for, thrice 453', () => {
    expect(waits(new ReconnectPolicy({ random: () => 0.5 }), failure('busy', 10_000), 3)).toEqual([
      11_000, 11_000, 11_000,
    ]);
  });

  it('item 21: asks a busy camera when it said, however often it says so', () => {
    const policy = new ReconnectPolicy({ random: () => 0 });
    expect(waits(policy, failure('busy', 3_000), 5)).toEqual([3_000, 3_000, 3_000, 3_000, 3_000]);
    expect(waits(policy, failure('busy', 0), 2)).toEqual([1_000, 1_000]);
  });

  it('item 21: waits longer for a busy camera that does not say how long than after other failures, up to 10 s', () => {
    const policy = new ReconnectPolicy({ ceilingMs: 5_000, random: () => 0 });
    expect(waits(policy, failure('busy'), 5)).toEqual([2_000, 4_000, 8_000, 10_000, 10_000]);
    expect(waits(policy, lost, 1)).toEqual([1_000]);
    expect(waits(policy, failure('busy'), 2)).toEqual([2_000, 4_000]);
    expect(waits(policy, failure('unreachable'), 1)).toEqual([1_000]);
    expect(waits(policy, failure('busy'), 1)).toEqual([2_000]);
  });

  it('goes at once to a camera whose connection was found dead, and slower if that does not help', () => {
    const dead = failure('connection-dead');
    expect(waits(new ReconnectPolicy({ random: () => 0 }), dead, 3)).toEqual([0, 2_000, 4_000]);
    expect(waits(new ReconnectPolicy({ random: () => 1 }), dead, 1)).toEqual([100]);
    const policy = new ReconnectPolicy({ random: () => 0 });
    waits(policy, lost, 3);
    expect(policy.next({ error: dead, mediaMs: 30_000 })).toBe(0);
  });

  it('item 25, device 1: waits until the stale session of a buggy live555 is gone', () => {
    for (const code of ['closed-by-peer', 'connection-dead'] as const)
      expect(waits(new ReconnectPolicy({ random: () => 0 }), failure(code, 65_000), 1)).toEqual([65_000]);
  });

  it('goes slowly where a person has to act', () => {
    expect(waits(new ReconnectPolicy({ random: () => 0 }), failure('not-found'), 2)).toEqual([30_000, 30_000]);
  });

  it('forgets on request', () => {
    const policy = new ReconnectPolicy({ random: () => 0 });
    waits(policy, failure('unauthorized'), 3);
    policy.reset();
    expect(waits(policy, lost, 1)).toEqual([1_000]);
  });
});
