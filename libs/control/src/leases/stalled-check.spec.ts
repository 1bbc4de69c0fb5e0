import { jest } from '@jest/globals';
import { StalledCheck } from './stalled-check.ts';

let looks: number;
let held: number;
let answer: () => Promise<unknown>;
let errors: unknown[];
let check: StalledCheck;

beforeEach(() => {
  jest.useFakeTimers();
  [looks, held, errors] = [0, 0, []];
  answer = async () => [];
  check = new StalledCheck({
    look: () => {
      looks++;
      return answer();
    },
    held: () => held,
    onError: (error) => errors.push(error),
  });
});
afterEach(() => {
  check.stop();
  jest.useRealTimers();
});

it.each([
  { what: 'nobody holds a lease', active: 0, own: 0, atOnce: 0, inASecond: 0 },
  { what: 'this worker holds all', active: 3, own: 3, atOnce: 0, inASecond: 0 },
  { what: 'another holds one', active: 3, own: 2, atOnce: 1, inASecond: 4 },
])('$what: $atOnce at once, $inASecond in a second', async ({ active, own, atOnce, inASecond }) => {
  held = own;
  check.boardRead(active);
  expect(looks).toBe(atOnce);
  await jest.advanceTimersByTimeAsync(1_000);
  expect(looks).toBe(inASecond);
});

it('looks when this worker has lost a lease of its own, without waiting for the board', async () => {
  held = 1;
  check.boardRead(1);
  held = 0;
  check.follow();
  expect(looks).toBe(1);
});

it('ends when this worker has taken what was left', async () => {
  check.boardRead(1);
  held = 1;
  check.follow();
  await jest.advanceTimersByTimeAsync(5_000);
  expect(looks).toBe(1);
  expect(jest.getTimerCount()).toBe(0);
});

it('asks a Redis that does not answer once', async () => {
  answer = () => new Promise(() => undefined);
  check.boardRead(1);
  await jest.advanceTimersByTimeAsync(5_000);
  expect(looks).toBe(1);
});

it('goes on after an error, and keeps quiet once it is stopped', async () => {
  answer = () => Promise.reject(new Error('away'));
  check.boardRead(1);
  await jest.advanceTimersByTimeAsync(300);
  expect(errors).toHaveLength(2);
  check.stop();
  check.boardRead(1);
  await jest.advanceTimersByTimeAsync(5_000);
  expect(looks).toBe(2);
});
