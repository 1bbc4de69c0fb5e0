import { Redis } from 'ioredis';
import { RedisSentinels } from './redis-sentinels.ts';
import { waitFor } from './wait-for.ts';

let sentinels: RedisSentinels | undefined;

afterEach(async () => {
  await sentinels?.stop();
});

it('replace a master that was killed by its replica, with its data', async () => {
  sentinels = await RedisSentinels.start({ password: 'p@ss/word', sentinelPassword: 'an "other"' });
  const [master, replica] = sentinels.servers;
  expect(sentinels.url).toMatch(
    /^redis\+sentinel:\/\/:p%40ss%2Fword@127\.0\.0\.1:\d+,127\.0\.0\.1:\d+,127\.0\.0\.1:\d+\/oriel\?sentinel_password=an%20%22other%22$/,
  );
  expect(await sentinels.master()).toBe(master);
  const redis = new Redis(master.url);
  await redis.set('key', 'value');
  expect(await redis.wait(1, 1_000)).toBe(1);
  redis.disconnect();
  await master.kill();
  await waitFor(async () => (await sentinels?.master()) === replica, { what: 'the new master' });
  const next = new Redis(replica.url);
  expect(await next.get('key')).toBe('value');
  next.disconnect();
});
