import { FrameCredit } from './frame-credit.ts';

const FRAME_INTERVAL_MS = 1000 / 30;

describe('FrameCredit', () => {
  it.each([
    { name: 'the same room', roundTripMs: 1, msPerFrame: 1, framerate: 30, longestDelayMs: 2, limit: 2 },
    { name: 'another continent', roundTripMs: 150, msPerFrame: 5, framerate: 30, longestDelayMs: 160, limit: 6 },
    {
      name: 'the other side of the earth',
      roundTripMs: 300,
      msPerFrame: 5,
      framerate: 26,
      longestDelayMs: 310,
      limit: 8,
    },
    {
      name: 'a line that carries 10 frames/s',
      roundTripMs: 10,
      msPerFrame: 100,
      framerate: 10,
      longestDelayMs: 210,
      limit: 2,
    },
    {
      name: 'a line that carries 2 frames/s',
      roundTripMs: 10,
      msPerFrame: 500,
      framerate: 2,
      longestDelayMs: 1_010,
      limit: 2,
    },
    { name: 'far, and 10 frames/s', roundTripMs: 150, msPerFrame: 100, framerate: 9, longestDelayMs: 400, limit: 4 },
    {
      name: 'a page that takes 60 ms to draw',
      roundTripMs: 0,
      msPerFrame: 60,
      framerate: 16,
      longestDelayMs: 120,
      limit: 2,
    },
  ])('fills the line and no queue: $name', ({ roundTripMs, msPerFrame, framerate, longestDelayMs, limit }) => {
    const credit = new FrameCredit();
    const { framesPerSecond, longestLateDelayMs } = watch(credit, roundTripMs, msPerFrame);
    expect(Math.round(framesPerSecond)).toBeGreaterThanOrEqual(framerate);
    expect(longestLateDelayMs).toBeLessThanOrEqual(longestDelayMs + 1);
    expect(credit.limit).toBeLessThanOrEqual(limit);
  });

  it('takes back what it gave when the line gets slow', () => {
    const credit = new FrameCredit();
    watch(credit, 150, 5);
    expect(credit.limit).toBe(5);
    for (let i = 0; i < 5; i++) {
      credit.spend();
      credit.giveBack(600);
    }
    expect(credit.limit).toBe(2);
  });

  it('never lets more go than its limit', () => {
    const credit = new FrameCredit();
    expect([1, 2, 3].map(() => credit.spend())).toEqual([true, true, false]);
    credit.refund();
    expect([1, 2].map(() => credit.spend())).toEqual([true, false]);
  });
});

/** Sends 30 frames/s for 60 s over a line that carries one frame at a time; the newest waiting frame goes first. */
function watch(credit: FrameCredit, roundTripMs: number, msPerFrame: number) {
  const underWay: { sentAtMs: number; backAtMs: number }[] = [];
  let lineFreeAtMs = 0;
  let isWaiting = false;
  let frames = 0;
  let longestLateDelayMs = 0;
  const send = (nowMs: number) => {
    if (!credit.spend()) {
      isWaiting = true;
      return;
    }
    isWaiting = false;
    lineFreeAtMs = Math.max(lineFreeAtMs, nowMs) + msPerFrame;
    underWay.push({ sentAtMs: nowMs, backAtMs: lineFreeAtMs + roundTripMs });
  };
  for (let at = 0; at < 60_000; at += FRAME_INTERVAL_MS) {
    for (let next = underWay[0]; next !== undefined && next.backAtMs <= at; next = underWay[0]) {
      underWay.shift();
      const delayMs = next.backAtMs - next.sentAtMs;
      credit.giveBack(delayMs);
      if (next.backAtMs > 30_000) {
        frames++;
        longestLateDelayMs = Math.max(longestLateDelayMs, delayMs);
      }
      if (isWaiting) send(next.backAtMs);
    }
    send(at);
  }
  return { framesPerSecond: frames / 30, longestLateDelayMs };
}
