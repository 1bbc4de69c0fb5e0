import { access } from 'node:fs/promises';
import { Cluster, Redis } from 'ioredis';
import { RedisCluster } from './redis-cluster.ts';
import { waitFor } from './wait-for.ts';

let cluster: RedisCluster | undefined;
let client: Cluster | undefined;

afterEach(async () => {
  client?.disconnect();
  await cluster?.stop();
});

it('is a cluster of three masters that asks for its password, and leaves nothing behind', async () => {
  cluster = await RedisCluster.start({ password: 'p@ss/word' });
  expect(cluster.url).toBe(
    `redis+cluster://:p%40ss%2Fword@${cluster.servers.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
  );
  client = new Cluster([{ host: '127.0.0.1', port: cluster.servers[0]?.port ?? 0 }], {
    redisOptions: { password: 'p@ss/word' },
  });
  const keys = Array.from({ length: 30 }, (_, index) => `key-${index}`);
  for (const key of keys) await client.set(key, key);
  const masters = new Set<number>();
  for (const key of keys) masters.add((await cluster.masterOf(key)).port);
  expect(masters.size).toBe(3);

  const folders = await Promise.all(client.nodes('master').map((node) => node.config('GET', 'dir')));
  await cluster.stop();
  for (const folder of folders as string[][]) await expect(access(String(folder[1]))).rejects.toThrow('ENOENT');
});

it('replaces a master that was killed by its replica', async () => {
  cluster = await RedisCluster.start({ withReplicas: true });
  const { masterOf } = cluster;
  const master = await masterOf.call(cluster, 'key');
  const replica = await cluster.replicaOf(master);
  await master.kill();
  await waitFor(async () => (await cluster?.masterOf('key')) === replica, { what: 'the new master' });
  const redis = new Redis(replica.url);
  await waitFor(async () => (await redis.set('key', 'value')) === 'OK', { what: 'a write' });
  redis.disconnect();
});

it('changes a master for its replica, and moves slots', async () => {
  cluster = await RedisCluster.start({ withReplicas: true });
  const first = await cluster.masterOf('key');
  const replica = await cluster.replicaOf(first);
  await cluster.promote(replica);
  await waitFor(async () => (await cluster?.masterOf('key')) === replica, { what: 'the planned change' });
  const other = await cluster.masterOf('{other}:key');
  const redis = new Redis(other.url);
  await redis.set('{other}:key', 'value');
  redis.disconnect();
  await cluster.moveSlot('{other}:key');
  const target = await cluster.masterOf('{other}:key');
  expect(target.port).not.toBe(other.port);
});
