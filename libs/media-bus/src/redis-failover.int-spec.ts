/**
 * The master of a camera's streams dies, is replaced in order, or gives their slot to another one, while they are read.
 */

import { RedisCluster, RedisSentinels, type RedisServer, waitFor } from '@oriel/testing';
import { accessUnit, spell } from '../test/access-units.ts';
import { mediaKeys } from './keys.ts';
import type { AccessUnitPublisher } from './media-bus.ts';
import { MediaBusError } from './media-bus-error.ts';
import { RedisMediaBus } from './redis-media-bus.ts';

const CAMERA = 'front-door';
const KEY = mediaKeys.accessUnits(CAMERA);

interface Place {
  readonly url: string;
  master(): Promise<RedisServer>;
  stop(): Promise<void>;
}

const inCluster = (cluster: RedisCluster): Place => ({
  url: cluster.url,
  master: () => cluster.masterOf(KEY),
  stop: () => cluster.stop(),
});

let place: Place;
let bus: RedisMediaBus;
let received: string[];
let publisher: AccessUnitPublisher;
let sequence: number;

async function watch(opened: Place): Promise<void> {
  place = opened;
  received = [];
  sequence = 0;
  bus = new RedisMediaBus({ redis: place.url });
  publisher = bus.accessUnitPublisher(CAMERA, { bufferSizeBytes: 1_000_000 });
  bus.subscribeAccessUnits(CAMERA, { from: 'keyframe' }, (batch) => received.push(...batch.map(spell)));
  await publishUntilReceived();
}

afterEach(async () => {
  await bus.close();
  await place.stop();
});

/** Like ingest: drops what cannot be published and tries the next picture. */
async function publishUntilReceived(): Promise<void> {
  await waitFor(
    async () => {
      const word = `K1.${sequence++}`;
      try {
        await publisher.publish(accessUnit(word));
      } catch (error) {
        if (!(error instanceof MediaBusError)) throw error;
        return false;
      }
      await waitFor(() => received.some((seen) => seen.endsWith(word)), { deadlineMs: 1_000 }).catch(() => undefined);
      return received.some((seen) => seen.endsWith(word));
    },
    { what: 'a picture that was published and read', deadlineMs: 20_000 },
  );
}

it.each([
  { name: 'a Redis Cluster', open: async () => inCluster(await RedisCluster.start({ withReplicas: true })) },
  {
    name: 'Sentinels',
    open: async (): Promise<Place> => {
      const sentinels = await RedisSentinels.start({ password: 'p@ss' });
      return { url: sentinels.url, master: () => sentinels.master(), stop: () => sentinels.stop() };
    },
  },
])('goes on with the replica of a master that was killed, with $name', async ({ open }) => {
  await watch(await open());
  const master = await place.master();
  await master.kill();
  await publishUntilReceived();
  expect((await place.master()).port).not.toBe(master.port);
  expect(received).toEqual([...new Set(received)]);
});

it('goes on over a planned change of masters', async () => {
  const cluster = await RedisCluster.start({ withReplicas: true });
  await watch(inCluster(cluster));
  await cluster.promote(await cluster.replicaOf(await place.master()));
  await publishUntilReceived();
  expect(received).toEqual([...new Set(received)]);
});

it('follows the streams to another node', async () => {
  const cluster = await RedisCluster.start();
  await watch(inCluster(cluster));
  const before = await place.master();
  await cluster.moveSlot(KEY);
  await publishUntilReceived();
  expect((await place.master()).port).not.toBe(before.port);
  expect(received).toEqual([...new Set(received)]);
});
