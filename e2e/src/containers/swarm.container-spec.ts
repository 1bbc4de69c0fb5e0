/** `docker stack deploy` of docker/swarm.yml: live, scaled and renewed while six cameras are watched, honest when cores are short. */
import type { CameraView } from '@oriel/stream-protocol';
import { waitFor } from '@oriel/testing';
import { describeWithEngine, docker } from './support/engine.ts';
import { healthyInstances, listInstances, settledLoadCores, sharedEvenly } from './support/listed-instance.ts';
import { CAMERAS, SIX_CAMERAS_TOML } from './support/six-cameras.ts';
import { Swarm } from './support/swarm.ts';
import { SwarmStack } from './support/swarm-stack.ts';
import { recordTiming } from './support/timings.ts';
import { WatchedCameras } from './support/watched-cameras.ts';

/** What a command line, an address or a configuration file could each stumble over. */
const PASSWORD = 'p@ss:w/r"d \\n%41#';
/** Of what the six cameras take together: too little for one transcoder, and three have cores to spare. */
const SHARE_OF_LOAD = 0.6;
const GOAL_MS = 3000;

describeWithEngine('a stack on a Docker Swarm', () => {
  let swarm: Swarm | undefined;
  let stack: SwarmStack;
  let watched: WatchedCameras | undefined;

  beforeAll(async () => {
    swarm = await Swarm.init();
    stack = await SwarmStack.create({
      toml: SIX_CAMERAS_TOML,
      redisPassword: PASSWORD,
      transcoderCores: 1,
      camera: ['--cameras=6', '--size=960x540', '--framerate=10'],
    });
    const orderedAtMs = performance.now();
    await stack.deploy();
    recordTiming('docker stack deploy: until all run', performance.now() - orderedAtMs, 60_000);
  }, 180_000);
  afterAll(async () => {
    watched?.close();
    await stack?.remove();
    await swarm?.leave();
  }, 120_000);

  const cameras = async () => (await (await fetch(`${stack.url}/api/cameras`)).json()) as CameraView[];

  it('shows all cameras', async () => {
    for (const service of ['gateway', 'transcoder', 'ingest'] as const) await healthyInstances(stack.url, service, 2);
    watched = await WatchedCameras.open(stack.url, CAMERAS);
    expect(watched.watcher.states.get('cam1')?.state).toBe('live');
  });

  it.each(['redis', 'redis-media'])(
    'keeps the password of %s out of environments, command lines and logs',
    async (service) => {
      const [container = ''] = await stack.containers(service);
      expect((await docker(['exec', container, 'redis-cli', 'ping'])).stdout).toMatch(/NOAUTH/);
      const { stdout: inspected } = await docker(['inspect', container]);
      const { stdout: processes } = await docker(['top', container]);
      const { stdout: logged, stderr } = await docker(['logs', container]);
      expect(inspected + processes + logged + stderr).not.toContain(PASSWORD.slice(0, 5));
    },
  );

  it.each(['transcoder', 'ingest', 'gateway'])('replaces each %s by a new one while it is watched', async (service) => {
    const before = await stack.containers(service);
    await (watched as WatchedCameras).survive(`Swarm, rolling update of ${service}`, GOAL_MS, () =>
      stack.replaceTasks(service),
    );
    const after = await stack.containers(service);
    expect(after).toHaveLength(before.length);
    expect(after.filter((id) => before.includes(id))).toEqual([]);
  });

  it.each(['transcoder', 'ingest', 'gateway', 'redis', 'redis-media', 'web'])(
    'shows pictures again after one %s has crashed',
    async (service) => {
      const [container = ''] = await stack.containers(service);
      await (watched as WatchedCameras).survive(`Swarm, crash of one ${service}`, GOAL_MS, () =>
        docker(['exec', container, 'sh', '-c', 'kill -9 -1']),
      );
      await stack.allRun();
    },
  );

  it('says of each camera that it is short of cores when a single transcoder is left, until there are three', async () => {
    const shown = watched as WatchedCameras;
    const limitCores = (await settledLoadCores(stack.url)) * SHARE_OF_LOAD;
    await stack.limitCores('transcoder', limitCores);
    await stack.scale('transcoder', 1);
    const transcoder = await waitFor(
      async () => {
        const [one, ...others] = await listInstances(stack.url, 'transcoder');
        return others.length === 0 && one?.shortage !== undefined && one.cameras.length === CAMERAS.length && one;
      },
      { what: 'a single transcoder that is short of cores', deadlineMs: 60_000, intervalMs: 100 },
    );
    expect(transcoder.capacityCores).toBeCloseTo(limitCores, 2);
    expect(transcoder.shortage).toMatch(
      /^\d+\.\d+ cores short: \d+ of \d+ cameras shown at less than the full frame rate, down to \d+ %$/,
    );
    const short = await waitFor(
      async () => {
        const views = await cameras();
        return views.every(({ state, frameShare }) => state === 'live' && frameShare !== undefined) && views;
      },
      { what: 'all cameras live and short of cores', deadlineMs: 30_000, intervalMs: 100 },
    );
    for (const { warning, frameShare } of short) {
      expect(frameShare).toBeLessThan(1);
      // On a crowded machine the little that is left may not do for more than keyframes.
      expect(warning).toMatch(
        /^Shown at \d+ % of its frame rate(: there are too few cores|, keyframes only: to decode)/,
      );
    }

    const orderedAtMs = performance.now();
    await shown.survive('Swarm, transcoders 1 to 3 while cores are short', GOAL_MS, async () => {
      await stack.scale('transcoder', 3);
      await sharedEvenly(stack.url, 3);
      recordTiming(
        'Swarm, transcoders 1 to 3 while cores are short: until equal shares',
        performance.now() - orderedAtMs,
        15_000,
      );
    });
    await waitFor(
      async () => (await cameras()).every((view) => view.frameShare === undefined && view.warning === undefined),
      { what: 'no camera short of cores', deadlineMs: 60_000, intervalMs: 100 },
    );
  });

  it('is gone after docker stack rm', async () => {
    watched?.close();
    await stack.remove();
    expect(await stack.remains()).toEqual([]);
  });
});
