import { ControlConnection } from '../redis/control-connection.ts';
import { createSharedClock } from './redis-shared-clock.ts';

const address = `redis://127.0.0.1:${process.env['REDIS_PORT']}/1`;

it('has the time of a real Redis', async () => {
  const connection = new ControlConnection({ redis: address });
  const clock = createSharedClock(connection, { warn: () => undefined });
  await clock.start();
  // Redis runs on this host, so both clocks agree.
  const beforeMs = Date.now();
  const shownMs = clock.nowMs();
  const afterMs = Date.now();
  const slackMs = clock.uncertaintyMs + 1;
  expect(slackMs).toBeLessThan(Number.POSITIVE_INFINITY);
  expect(shownMs).toBeGreaterThan(beforeMs - slackMs);
  expect(shownMs).toBeLessThan(afterMs + slackMs);
  clock.close();
  await connection.close();
});
