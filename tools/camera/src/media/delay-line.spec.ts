import { jest } from '@jest/globals';
import { SeededRandom } from '@oriel/simulation';
import { DelayLine } from './delay-line.ts';

describe('DelayLine', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('without a delay lets pass at once', () => {
    const out: number[] = [];
    new DelayLine(new SeededRandom(1)).send(0, () => out.push(1));
    expect(out).toEqual([1]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('delays each up to so much, in order, also once the delay has ended', () => {
    const line = new DelayLine(new SeededRandom(1));
    const out: { picture: number; lateMs: number }[] = [];
    for (let picture = 0; picture < 100; picture++) {
      const sentMs = performance.now();
      line.send(picture < 90 ? 500 : 0, () => out.push({ picture, lateMs: performance.now() - sentMs }));
      jest.advanceTimersByTime(40);
    }
    jest.advanceTimersByTime(500);
    expect(out.map(({ picture }) => picture)).toEqual(Array.from({ length: 100 }, (_, index) => index));
    const lateMs = out.map((one) => one.lateMs);
    expect(Math.max(...lateMs)).toBeLessThanOrEqual(501);
    expect(Math.max(...lateMs)).toBeGreaterThan(300);
    expect(Math.min(...lateMs)).toBeLessThan(100);
  });

  it('closed, lets nothing out and leaves no timer', () => {
    const line = new DelayLine(new SeededRandom(1));
    const out: number[] = [];
    line.send(500, () => out.push(1));
    line.close();
    jest.advanceTimersByTime(1_000);
    expect(out).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });
});
