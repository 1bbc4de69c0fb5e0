/** Containers come, go and die while six cameras are watched through Caddy; nobody touches the clients. */
import { waitFor } from '@oriel/testing';
import { ComposeStack, type ListedInstance } from './support/compose-stack.ts';
import { describeWithEngine, docker } from './support/engine.ts';
import { recordTiming } from './support/timings.ts';
import { nowMs, Watcher } from './support/watcher.ts';

const CAMERAS = ['cam1', 'cam2', 'cam3', 'cam4', 'cam5', 'cam6'];
const TOML = [
  '[rtsp]\nreconnect_interval = 2\nbuffer_size = 4194304\n',
  ...CAMERAS.map((id) => `[[cameras]]\nid = "${id}"\nname = "${id}"\nurl = "rtsp://camera:8554/${id}"\n`),
].join('\n');
const MANY = ['--scale', 'transcoder=3', '--scale', 'gateway=2', '--scale', 'ingest=2'];
const ONE = ['--scale', 'transcoder=1', '--scale', 'gateway=1', '--scale', 'ingest=1'];
const GOAL_MS = 3000;
const FRAMES_AFTERWARDS = 30;

describeWithEngine('a running stack', () => {
  let stack: ComposeStack;
  let watcher: Watcher;

  beforeAll(async () => {
    stack = await ComposeStack.create({
      name: 'recovery',
      camera: 'simulator',
      toml: TOML,
      env: { ORIEL_TEST_CAMERAS: '6', ORIEL_TEST_CAMERA_SIZE: '640x360', ORIEL_TEST_CAMERA_FRAMERATE: '10' },
    });
    await stack.up();
    watcher = new Watcher(stack.url, CAMERAS);
    await Promise.all(CAMERAS.map((camera) => watcher.moreFrames(camera, 10)));
  }, 180_000);
  afterAll(async () => {
    watcher?.close();
    await stack?.down();
  }, 60_000);

  /** Runs `hurt`, waits until all cameras show pictures taken after it, and records the longest gap that a viewer saw. */
  async function survive(what: string, hurt: () => Promise<unknown>, cameras = CAMERAS): Promise<void> {
    const beganAtMs = nowMs();
    await hurt();
    const hurtAtMs = nowMs();
    await Promise.all(cameras.map((camera) => watcher.recovered(camera, hurtAtMs)));
    // What goes wrong only when a lease runs out belongs to it, too.
    await Promise.all(cameras.map((camera) => watcher.moreFrames(camera, FRAMES_AFTERWARDS)));
    recordTiming(
      `${what}: longest gap`,
      Math.max(...cameras.map((camera) => watcher.longestGapMs(camera, beganAtMs))),
      GOAL_MS,
    );
  }

  /** The instances of a service, as soon as there are so many and all are healthy. */
  function instances(service: ListedInstance['service'], count: number): Promise<ListedInstance[]> {
    return waitFor(
      async () => {
        const listed = await stack.instances(service);
        return listed.length === count && listed.every(({ healthy }) => healthy) && listed;
      },
      { what: `${count} healthy of ${service}`, deadlineMs: 30_000, intervalMs: 100 },
    );
  }

  /** The instance that holds a camera, or of the gateways the one that serves. */
  async function holder(service: ListedInstance['service']): Promise<ListedInstance> {
    return waitFor(
      async () => (await stack.instances(service)).find(({ cameras, viewers }) => cameras.length + viewers > 0),
      {
        what: `a ${service} at work`,
        deadlineMs: 20_000,
        intervalMs: 100,
      },
    );
  }

  /** Resolves once so many transcoders hold cameras, each at least one, with the time since all of them were there. */
  async function sharedAmong(count: number): Promise<number> {
    let thereAtMs: number | undefined;
    await waitFor(
      async () => {
        const listed = await stack.instances('transcoder');
        if (listed.length === count) thereAtMs ??= nowMs();
        return listed.length === count && listed.every(({ cameras }) => cameras.length > 0);
      },
      { what: `each of ${count} transcoders holds a camera`, deadlineMs: 60_000, intervalMs: 100 },
    );
    return nowMs() - (thereAtMs ?? nowMs());
  }

  it('is scaled up while watched, every transcoder at work, every instance listed and its health asked from the host', async () => {
    const shared = sharedAmong(3);
    await survive('scale up', () => stack.up(['--wait', '--no-recreate', ...MANY]));
    recordTiming('three transcoders there, until each holds some of six watched cameras', await shared, 5000);
    for (const [service, count] of [
      ['transcoder', 3],
      ['gateway', 2],
      ['ingest', 2],
    ] as const) {
      const listed = await instances(service, count);
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

  it('is scaled down while watched', async () => {
    await survive('scale down', () => stack.up(['--no-recreate', ...ONE]));
    for (const service of ['transcoder', 'gateway', 'ingest'] as const) await instances(service, 1);
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
        const event = watcher.states.get('cam1');
        return event !== undefined && event.state === 'offline' && event;
      },
      { what: 'the camera is said to be offline', deadlineMs: 30_000 },
    );
    expect(away.reason).toMatch(/camera|address|port|network|name/i);
    await survive('start of the stopped camera', () => stack.compose(['start', 'camera']));
    await waitFor(() => watcher.states.get('cam1')?.state === 'live', { what: 'the camera is said to be live' });
  });
});
