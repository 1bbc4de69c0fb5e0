/** Containers come, go and die while six cameras are watched through Caddy; nobody touches the clients. */
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '@oriel/testing';
import { ComposeStack } from './support/compose-stack.ts';
import { describeWithEngine, docker } from './support/engine.ts';
import { healthyInstances, type ListedInstance, listInstances, sharedEvenly } from './support/listed-instance.ts';
import { CAMERAS, SIX_CAMERAS_TOML } from './support/six-cameras.ts';
import { recordTiming } from './support/timings.ts';
import { WatchedCameras } from './support/watched-cameras.ts';

const MANY = ['--scale', 'transcoder=3', '--scale', 'gateway=2', '--scale', 'ingest=2'];
const ONE = ['--scale', 'transcoder=1', '--scale', 'gateway=1', '--scale', 'ingest=1'];
/** Of the simulator's cameras, 10 a second. */
const FRAME_INTERVAL_MS = 100;
const GOAL_MS = 3000;
const STANDSTILL_MS = 10_000;

describeWithEngine('a running stack', () => {
  let stack: ComposeStack;
  let watched: WatchedCameras;

  beforeAll(async () => {
    stack = await ComposeStack.create({
      name: 'recovery',
      camera: 'simulator',
      toml: SIX_CAMERAS_TOML,
      env: { ORIEL_TEST_CAMERAS: '6', ORIEL_TEST_CAMERA_SIZE: '640x360', ORIEL_TEST_CAMERA_FRAMERATE: '10' },
    });
    await stack.up();
    watched = await WatchedCameras.open(stack.url, CAMERAS);
  }, 180_000);
  afterAll(async () => {
    watched?.close();
    await stack?.down();
  }, 60_000);

  const survive = (what: string, hurt: () => Promise<unknown>) => watched.survive(what, GOAL_MS, hurt);

  /** The instance that holds a camera, or of the gateways the one that serves. */
  async function holder(service: ListedInstance['service']): Promise<ListedInstance> {
    return waitFor(
      async () =>
        (await listInstances(stack.url, service)).find(({ cameras, viewers }) => cameras.length + viewers > 0),
      {
        what: `a ${service} at work`,
        deadlineMs: 20_000,
        intervalMs: 100,
      },
    );
  }

  /** Resolves once each camera has exactly one holder, and this instance is among them. */
  async function heldOnce(service: ListedInstance['service'], instanceId: string): Promise<void> {
    await waitFor(
      async () => {
        const listed = await listInstances(stack.url, service);
        const held = listed.flatMap(({ cameras }) => cameras).toSorted();
        const isBack = listed.some(({ id, cameras }) => id === instanceId && cameras.length > 0);
        return isBack && held.join() === CAMERAS.join();
      },
      { what: `each camera at one ${service}, ${instanceId} at work again`, deadlineMs: 30_000, intervalMs: 100 },
    );
  }

  it('shares six watched cameras out evenly when it is scaled from one transcoder to three', async () => {
    const orderedAtMs = performance.now();
    const goalMs = 2 * FRAME_INTERVAL_MS;
    await watched.survive('docker compose up --scale transcoder=3, from 1', goalMs, async () => {
      await Promise.all([
        stack.up(['--no-recreate', '--scale', 'transcoder=3']),
        sharedEvenly(stack.url, 3).then(() =>
          recordTiming(
            'docker compose up --scale transcoder=3: until equal shares',
            performance.now() - orderedAtMs,
            10_000,
          ),
        ),
      ]);
    });
  });

  it('is scaled up while watched, every instance listed and its health asked from the host', async () => {
    await survive('scale up', () => stack.up(['--wait', '--no-recreate', ...MANY]));
    for (const [service, count] of [
      ['transcoder', 3],
      ['gateway', 2],
      ['ingest', 2],
    ] as const) {
      const listed = await healthyInstances(stack.url, service, count);
      const containers = await stack.containers(service);
      expect(listed.map(({ host }) => host).toSorted()).toEqual(containers.map(({ Id }) => Id.slice(0, 12)).toSorted());
      const ports = containers.flatMap(({ NetworkSettings }) =>
        Object.values(NetworkSettings.Ports).flatMap((bindings) => bindings?.map(({ HostPort }) => HostPort) ?? []),
      );
      expect(new Set(ports).size).toBe(count);
      for (const port of ports) expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(200);
    }
    expect(await stack.unhealthy()).toBeUndefined();
  });

  it.each(['transcoder', 'ingest', 'gateway'] as const)(
    'goes on without the %s that docker kill took',
    async (service) => {
      const { host } = await holder(service);
      await survive(`docker kill of one ${service}`, () => docker(['kill', host]));
      await stack.up(['--wait', '--no-recreate', ...MANY]);
    },
  );

  it.each(['transcoder', 'ingest'] as const)(
    'goes on while one %s stands still, which then is no second owner',
    async (service) => {
      const { id, host } = await holder(service);
      await survive(`docker pause of one ${service} for 10 s`, async () => {
        await docker(['pause', host]);
        try {
          await delay(STANDSTILL_MS);
        } finally {
          await docker(['unpause', host]);
        }
      });
      await healthyInstances(stack.url, service, service === 'transcoder' ? 3 : 2);
      await heldOnce(service, id);
    },
  );

  it.each(['control', 'media'] as const)(
    'goes on while one transcoder is cut off from the %s network',
    async (network) => {
      const { id, host } = await holder('transcoder');
      const name = `${stack.project}_${network}`;
      await survive(`docker network disconnect of one transcoder from ${network} for 10 s`, async () => {
        await docker(['network', 'disconnect', name, host]);
        try {
          await delay(STANDSTILL_MS);
        } finally {
          await docker(['network', 'connect', name, host]);
        }
      });
      await heldOnce('transcoder', id);
    },
  );

  it('is scaled down while watched', async () => {
    await survive('scale down', () => stack.up(['--no-recreate', ...ONE]));
    for (const service of ['transcoder', 'gateway', 'ingest'] as const) await healthyInstances(stack.url, service, 1);
    expect((await stack.containers()).length).toBe(7);
  });

  // From within: what docker kill ends, the engine leaves down, as it takes that for the owner's wish.
  it.each(['transcoder', 'ingest', 'gateway', 'redis', 'redis-media', 'web', 'camera'])(
    'comes back when the only %s crashes',
    async (service) => {
      const { Id, RestartCount } = await stack.container(service);
      await survive(`crash of the only ${service}`, () => docker(['exec', Id, 'sh', '-c', 'kill -9 -1']));
      await waitFor(async () => (await stack.unhealthy()) === undefined, {
        what: 'all healthy again',
        deadlineMs: 60_000,
        intervalMs: 500,
      });
      expect((await stack.container(service)).RestartCount).toBe(RestartCount + 1);
    },
  );

  it.each(['transcoder', 'ingest', 'gateway', 'redis', 'redis-media', 'web', 'camera'])(
    'shows pictures again after docker compose restart %s',
    async (service) => {
      await survive(`restart of the only ${service}`, () => stack.compose(['restart', service]));
    },
  );

  it('says that a stopped camera is away, and shows it when it is back', async () => {
    await stack.compose(['stop', 'camera']);
    const away = await waitFor(
      () => {
        const event = watched.watcher.states.get('cam1');
        return event !== undefined && event.state === 'offline' && event;
      },
      { what: 'the camera is said to be offline', deadlineMs: 30_000 },
    );
    expect(away.reason).toMatch(/camera|address|port|network|name/i);
    await survive('start of the stopped camera', () => stack.compose(['start', 'camera']));
    await waitFor(() => watched.watcher.states.get('cam1')?.state === 'live', {
      what: 'the camera is said to be live',
    });
  });
});
