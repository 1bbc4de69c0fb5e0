import { jest } from '@jest/globals';
import { RedisSharedClock } from './redis-shared-clock.ts';

const HOUR_MS = 3_600_000;
const START_MS = 1_800_000_000_000;

/** Simulates our host, whose wall clock was `aheadMs` ahead when the process started, and the host of Redis. */
class TwoHosts {
  monotonicMs = 0;
  redisAheadMs = 0;
  isAway = false;
  /** Durations of the request and of the reply. */
  latencyMs = 0;
  readonly steps: number[] = [];
  readonly errors: unknown[] = [];
  readonly clock: RedisSharedClock;

  constructor(aheadMs: number) {
    this.clock = new RedisSharedClock({
      readTimeMs: async () => {
        if (this.isAway) throw new Error('away');
        this.monotonicMs += this.latencyMs;
        const timeMs = this.redisNowMs;
        this.monotonicMs += this.latencyMs;
        return timeMs;
      },
      processNowMs: () => START_MS + aheadMs + this.monotonicMs,
      onStep: (stepMs) => this.steps.push(stepMs),
      onError: (error) => this.errors.push(error),
    });
  }

  get redisNowMs(): number {
    return START_MS + this.redisAheadMs + this.monotonicMs;
  }

  /** Lets time pass on both hosts. */
  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      this.monotonicMs += 1_000;
      await jest.advanceTimersByTimeAsync(1_000);
    }
  }
}

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

it.each([
  { name: 'a host with the right time', aheadMs: 0, steps: [] },
  { name: 'a host an hour ahead', aheadMs: HOUR_MS, steps: [-HOUR_MS] },
  { name: 'a host an hour behind', aheadMs: -HOUR_MS, steps: [HOUR_MS] },
])('shows the time of Redis on $name', async ({ aheadMs, steps }) => {
  const hosts = new TwoHosts(aheadMs);
  await hosts.clock.start();
  expect(hosts.clock.nowMs()).toBe(START_MS);
  await hosts.pass(10);
  expect(hosts.clock.nowMs()).toBe(START_MS + 10_000);
  expect(hosts.steps).toEqual(steps);
  hosts.clock.close();
});

it('tells what was the time when the process clock showed something', async () => {
  const hosts = new TwoHosts(HOUR_MS);
  await hosts.clock.start();
  expect(hosts.clock.fromProcessUs((START_MS + HOUR_MS + 250) * 1000)).toBe((START_MS + 250) * 1000);
  hosts.clock.close();
});

it.each([HOUR_MS, -HOUR_MS, 200])('follows a Redis whose clock jumps by %d ms within a second', async (jumpMs) => {
  const hosts = new TwoHosts(0);
  await hosts.clock.start();
  await hosts.pass(3);
  hosts.redisAheadMs += jumpMs;
  await hosts.pass(1);
  expect(hosts.clock.nowMs()).toBe(START_MS + 4_000 + jumpMs);
  expect(hosts.steps).toEqual([jumpMs]);
  hosts.clock.close();
});

it('does not let go of a good measurement for a slow Redis', async () => {
  const hosts = new TwoHosts(HOUR_MS);
  await hosts.clock.start();
  hosts.latencyMs = 200;
  await hosts.pass(10);
  expect(Math.abs(hosts.clock.nowMs() - hosts.redisNowMs)).toBeLessThan(1);
  expect(hosts.clock.uncertaintyMs).toBeLessThan(20);
  hosts.clock.close();
});

it('goes on with its own host while Redis is away, and starts when it has come', async () => {
  const hosts = new TwoHosts(HOUR_MS);
  hosts.isAway = true;
  let hasStarted = false;
  const started = hosts.clock.start().then(() => {
    hasStarted = true;
  });
  await hosts.pass(3);
  expect(hasStarted).toBe(false);
  expect(hosts.clock.nowMs()).toBe(START_MS + HOUR_MS + 3_000);
  expect(hosts.errors).toHaveLength(4);
  hosts.isAway = false;
  await hosts.pass(1);
  await started;
  expect(hosts.clock.nowMs()).toBe(START_MS + 4_000);
  hosts.isAway = true;
  await hosts.pass(60);
  expect(hosts.clock.nowMs()).toBe(START_MS + 64_000);
  hosts.clock.close();
});

it('lets nobody wait for it when it is closed', async () => {
  const hosts = new TwoHosts(0);
  hosts.isAway = true;
  const started = hosts.clock.start();
  hosts.clock.close();
  await expect(started).resolves.toBeUndefined();
});
