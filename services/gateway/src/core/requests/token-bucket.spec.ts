import { TokenBucket } from './token-bucket.ts';

it('admits a burst, then the steady rate, never more than a burst', () => {
  let nowMs = 0;
  const rate = new TokenBucket({ burst: 3, perSecond: 2, nowMs: () => nowMs });
  const admitted = () => [1, 2, 3, 4, 5].filter(() => rate.take()).length;
  expect(admitted()).toBe(3);
  nowMs = 499;
  expect(admitted()).toBe(0);
  nowMs = 1_000;
  expect(admitted()).toBe(2);
  nowMs = 500;
  expect(admitted()).toBe(0);
  nowMs = 60_000;
  expect(admitted()).toBe(3);
});
