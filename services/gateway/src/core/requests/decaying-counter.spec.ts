import { DecayingCounter } from './decaying-counter.ts';

it('counts a burst whole, forgets it, and comes to rate times memory when it lasts', () => {
  let nowMs = 0;
  const recent = new DecayingCounter({ memoryMs: 10_000, nowMs: () => nowMs });
  expect(recent.add(100)).toBe(100);
  nowMs = 10_000;
  expect(recent.value).toBeCloseTo(36.8, 1);
  nowMs = 100_000;
  expect(recent.value).toBeLessThan(0.01);
  for (let i = 0; i < 10_000; i++) {
    nowMs += 10;
    recent.add(1);
  }
  expect(recent.value).toBeGreaterThan(995);
  expect(recent.value).toBeLessThan(1_005);
});
