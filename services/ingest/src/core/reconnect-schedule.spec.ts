import { RtspError, type RtspErrorCode } from '@oriel/rtsp-client';
import { ReconnectSchedule } from './reconnect-schedule.ts';

const failure = (code: RtspErrorCode, retryAfterMs?: number) =>
  new RtspError(code, 'x', { peer: 'cam:554', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });

describe('ReconnectSchedule', () => {
  it.each([
    { random: 1, delaysMs: [1000, 2000, 4000, 5000, 5000] },
    { random: 0, delaysMs: [800, 1600, 3200, 4000, 4000] },
  ])('comes within a second, doubles up to the ceiling, with a jitter of 20 % ($random)', ({ random, delaysMs }) => {
    const schedule = new ReconnectSchedule({ ceilingMs: 5000, random: () => random });
    expect(delaysMs.map(() => schedule.nextDelayMs(failure('unreachable'), 0))).toEqual(delaysMs);
  });

  it('begins anew after 30 s of pictures, not after fewer', () => {
    const schedule = new ReconnectSchedule({ ceilingMs: 60_000, random: () => 1 });
    const delaysMs = [0, 0, 29_999, 30_000, 0].map((mediaMs) =>
      schedule.nextDelayMs(failure('closed-by-peer'), mediaMs),
    );
    expect(delaysMs).toEqual([1000, 2000, 4000, 1000, 2000]);
  });

  it.each<{ code: RtspErrorCode; retryAfterMs?: number; delayMs: number }>([
    { code: 'unauthorized', delayMs: 60_000 },
    { code: 'forbidden', delayMs: 60_000 },
    { code: 'not-found', delayMs: 1000 },
    { code: 'busy', retryAfterMs: 30_000, delayMs: 30_000 },
    { code: 'server-error', retryAfterMs: 10, delayMs: 1000 },
    { code: 'server-error', retryAfterMs: 1e12, delayMs: 3_600_000 },
  ])('waits $delayMs ms after $code (Retry-After $retryAfterMs)', ({ code, retryAfterMs, delayMs }) => {
    const schedule = new ReconnectSchedule({ ceilingMs: 5000, random: () => 1 });
    expect(schedule.nextDelayMs(failure(code, retryAfterMs), 0)).toBe(delayMs);
  });

  it('goes on for as long as it takes', () => {
    const schedule = new ReconnectSchedule({ ceilingMs: 5000, random: () => 1 });
    for (let attempt = 0; attempt < 5000; attempt++) schedule.nextDelayMs(undefined, 0);
    expect(schedule.nextDelayMs(undefined, 0)).toBe(5000);
  });
});
