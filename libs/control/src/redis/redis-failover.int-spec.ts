/** The master of the control keys dies and its replica takes over. Boards, subscriptions and leases keep working. */
import { RedisCluster, RedisSentinels, type RedisServer, waitFor } from '@oriel/testing';
import type { CameraStatus } from '../boards/camera-status-board.ts';
import { RedisCameraStatusBoard } from '../boards/redis-camera-status-board.ts';
import { controlKeys } from '../keys.ts';
import type { Lease } from '../leases/lease.ts';
import { RedisLeaseOffers } from '../leases/store/redis-lease-offers.ts';
import { RedisLeaseWorker } from '../leases/worker/redis-lease-worker.ts';
import { ControlConnection } from './control-connection.ts';

interface Place {
  readonly url: string;
  master(): Promise<RedisServer>;
  stop(): Promise<void>;
}

const CAMERA = 'front-door';

it.each([
  {
    name: 'a Redis Cluster',
    open: async (): Promise<Place> => {
      const cluster = await RedisCluster.start({ withReplicas: true });
      return { url: cluster.url, master: () => cluster.masterOf(controlKeys.clock), stop: () => cluster.stop() };
    },
  },
  {
    name: 'Sentinels',
    open: async (): Promise<Place> => {
      const sentinels = await RedisSentinels.start({ password: 'p@ss' });
      return { url: sentinels.url, master: () => sentinels.master(), stop: () => sentinels.stop() };
    },
  },
])('goes on with the replica of a master that was killed, with $name', async ({ open }) => {
  const place = await open();
  const connection = new ControlConnection({ redis: place.url });
  const statusBoard = new RedisCameraStatusBoard(connection);
  const offers = new RedisLeaseOffers(connection);
  const leases: Lease[] = [];
  const worker = new RedisLeaseWorker(
    { connection, onRunFailed: () => undefined },
    {
      queue: 'ingest',
      instanceId: 'ingest-1',
      maxLeases: 10,
      run: (lease) => {
        leases.push(lease);
        lease.markReady();
        return new Promise((resolve) => lease.signal.addEventListener('abort', () => resolve(), { once: true }));
      },
    },
  );
  const heard: string[] = [];
  const isHeld = () => leases.some(({ signal }) => !signal.aborted);
  try {
    await statusBoard.subscribe(({ state }) => heard.push(state));
    await offers.offer('ingest', CAMERA);
    await worker.start();
    await waitFor(isHeld);
    await statusBoard.publish(status('live'));
    await waitFor(() => heard.length === 1);

    const master = await place.master();
    await master.kill();
    await waitFor(async () => (await place.master()).port !== master.port, { deadlineMs: 20_000 });

    // Like ingest, offers again every two seconds, whatever Redis still knows.
    await waitFor(() => offers.offer('ingest', CAMERA).then(isHeld, () => false), { deadlineMs: 20_000 });
    // Only changes are announced, and those before the resubscription are missed.
    let sinceMs = 1;
    const publish = () => statusBoard.publish({ ...status('stalled'), sinceMs: ++sinceMs });
    await waitFor(
      () =>
        publish().then(
          () => heard.includes('stalled'),
          () => false,
        ),
      { deadlineMs: 20_000 },
    );
    const epochs = leases.map(({ epoch }) => epoch);
    expect(epochs).toEqual([...new Set(epochs)].toSorted((a, b) => a - b));
    expect((await statusBoard.all()).map(({ state }) => state)).toEqual(['stalled']);
  } finally {
    await worker.close();
    await connection.close();
    await place.stop();
  }
});

function status(state: CameraStatus['state']): CameraStatus {
  return { cameraId: CAMERA, state, reconnects: 0, lostPackets: 0, sinceMs: 1, instanceId: 'ingest-1', epoch: 1 };
}
