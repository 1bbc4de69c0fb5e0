import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningCamera, startCamera } from '@oriel/camera';
import { loadConfig } from '@oriel/config';
import {
  type CameraStatus,
  ControlConnection,
  RedisCameraStatusBoard,
  RedisDemandBoard,
  RedisLeaseOffers,
} from '@oriel/control';
import { type AccessUnit, RedisMediaBus } from '@oriel/media-bus';
import type { CameraSettings, RtspSource } from '@oriel/model';
import { createLogger, Registry } from '@oriel/observability';
import { ServiceContext } from '@oriel/service';
import { freePort, waitFor } from '@oriel/testing';
import { Redis } from 'ioredis';
import { IngestModule } from './nest/ingest.module.ts';

/** A private Redis that a test may stop and restart on the same port. */
class OwnRedis {
  readonly #dir = mkdtempSync(join(tmpdir(), 'oriel-ingest-redis-'));
  #process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly isDurable: boolean,
  ) {}

  static async start(isDurable: boolean): Promise<OwnRedis> {
    const redis = new OwnRedis(await freePort(), isDurable);
    await redis.start();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const durability = this.isDurable ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--save', ''];
    const args = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#dir, ...durability];
    const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#process = child;
    await new Promise<void>((resolve) =>
      child.stdout.on('data', (text) => String(text).includes('Ready to accept') && resolve()),
    );
  }

  async kill(): Promise<void> {
    if (this.#process === undefined) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
    this.#process = undefined;
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

function cameraConfig(id: string, url: string, rtsp: Partial<RtspSource> = {}): CameraSettings {
  return {
    id,
    name: id,
    source: { kind: 'rtsp', url, credentials: undefined, transport: 'tcp', reconnectIntervalMs: 500, ...rtsp },
    bufferSizeBytes: 4_000_000,
    transcoding: { quality: 85, framerate: 30, maxLatencyMs: 200 },
  };
}

const PICTURE = {
  width: 320,
  height: 240,
  framerate: 15,
  gopFrames: 15,
  source: { type: 'pre-encoded', seconds: 2 },
} as const;

describe('ingest', () => {
  let control: OwnRedis;
  let media: OwnRedis;
  const closings: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    [control, media] = await Promise.all([OwnRedis.start(true), OwnRedis.start(false)]);
  });
  afterEach(async () => {
    for (const close of closings.splice(0).reverse()) await close();
  });
  afterAll(() => Promise.all([control.close(), media.close()]));

  async function camera(options: Parameters<typeof startCamera>[0] = {}): Promise<RunningCamera> {
    const running = await startCamera({ ...PICTURE, ...options });
    closings.push(() => running.close());
    return running;
  }

  /** The objects of one ingest process, all real, and ways to observe it from outside. */
  async function ingest(cameras: readonly CameraSettings[]) {
    const env = { ORIEL_REDIS_CONTROL_URL: control.url, ORIEL_REDIS_MEDIA_URL: media.url };
    const registry = new Registry();
    const context = new ServiceContext({
      service: 'ingest',
      version: '0.0.0',
      config: { ...loadConfig({ env, cwd: '/nonexistent' }), cameras },
      instanceId: 'i-1',
      logger: createLogger({ service: 'ingest', level: 'silent' }),
      registry,
    });
    IngestModule.forRoot(context);
    const stop = () => context.life.stop();
    // The eyes of the test, which stay open when the process has ended.
    const connection = new ControlConnection({ redis: control.url });
    const bus = new RedisMediaBus({ redis: media.url });
    const offers = new RedisLeaseOffers(connection);
    const statusBoard = new RedisCameraStatusBoard(connection);
    const demand = new RedisDemandBoard(connection);
    closings.push(async () => {
      await stop();
      await bus.close();
      await connection.close();
    });
    await context.life.start();
    const received: AccessUnit[] = [];
    /** How many pictures arrived together. */
    const batches: number[] = [];
    const watch = (cameraId: string) => {
      const subscription = bus.subscribeAccessUnits(cameraId, { from: 'keyframe' }, (batch) => {
        received.push(...batch);
        batches.push(batch.length);
      });
      closings.push(async () => subscription.close());
    };
    const status = (cameraId: string, state: CameraStatus['state'], deadlineMs?: number) =>
      waitFor(
        async () => {
          const found = await statusBoard.get(cameraId);
          return found?.state === state ? found : undefined;
        },
        { what: `${cameraId} ${state}`, ...(deadlineMs === undefined ? {} : { deadlineMs }) },
      );
    const { cameras: catalog } = context;
    return { catalog, stop, status, statusBoard, offers, demand, received, batches, watch, registry };
  }

  it('publishes every picture, numbered without gaps, and says what it measures', async () => {
    const cam = await camera();
    const { received, watch, status, statusBoard, registry, stop } = await ingest([cameraConfig('door', cam.url())]);
    watch('door');
    await waitFor(() => received.length >= 40, { what: 'pictures' });
    const [first] = received;
    expect(first).toMatchObject({ codec: 'h264', isKeyframe: true, discontinuity: true, width: 320, height: 240 });
    expect(received.map(({ sequence }) => sequence)).toEqual(
      received.map((_, index) => (first?.sequence ?? 0) + index),
    );
    expect(new Set(received.map(({ epoch }) => epoch)).size).toBe(1);
    await status('door', 'live');
    const measured = await waitFor(async () => {
      const found = await statusBoard.get('door');
      return found?.keyframeIntervalMs === undefined ? undefined : found;
    });
    expect(measured).toMatchObject({
      codec: 'h264',
      width: 320,
      height: 240,
      transport: 'tcp',
      reconnects: 0,
      lostPackets: 0,
      instanceId: 'i-1',
    });
    expect(measured.framerate).toBeGreaterThan(10);
    expect(measured.bitrateKbps).toBeGreaterThan(10);
    expect(await registry.metrics()).toMatch(/oriel_ingest_access_units_total\{camera="door"\} \d\d/);
    await stop();
    await waitFor(() => cam.stats().openSessions === 0, { what: 'the session to be torn down' });
    expect(cam.stats().requests['TEARDOWN']).toBe(1);
  });

  it('publishes several pictures at a time while nobody watches, and each at once when somebody does', async () => {
    const cam = await camera({ framerate: 30 });
    const { received, batches, watch, demand } = await ingest([cameraConfig('calm', cam.url())]);
    watch('calm');
    await waitFor(() => batches.slice(-20).filter((pictures) => pictures >= 3).length >= 3, { what: 'batches' });
    await demand.renew('gateway-1', [{ cameraId: 'calm', rendition: { width: 0, quality: 85, framerate: 30 } }]);
    await waitFor(() => batches.length >= 20 && batches.slice(-20).every((pictures) => pictures <= 2), {
      what: 'pictures one by one',
    });
    const first = received[0]?.sequence ?? 0;
    expect(received.map(({ sequence }) => sequence)).toEqual(received.map((_, index) => first + index));
  });

  it.each<{ name: string; start: () => Promise<CameraSettings>; reasonCode: string; reason: RegExp }>([
    {
      name: 'a wrong password',
      start: async () =>
        cameraConfig('bad', (await camera({ authentication: { scheme: 'digest', users: { admin: 'right' } } })).url(), {
          credentials: { username: 'admin', password: 'canary' },
        }),
      reasonCode: 'unauthorized',
      reason: /refused the user name or password/,
    },
    {
      name: 'a wrong path',
      start: async () => cameraConfig('bad-path', (await camera()).url('nowhere')),
      reasonCode: 'not-found',
      reason: /no stream at this path/,
    },
    {
      name: 'a host that is not there',
      start: async () => cameraConfig('bad-host', `rtsp://127.0.0.1:${await freePort()}/cam1`),
      reasonCode: 'unreachable',
      reason: /takes no RTSP connections on this port/,
    },
  ])('says in plain words: $name', async ({ start, reasonCode, reason }) => {
    const config = await start();
    const { status } = await ingest([config]);
    const found = await status(config.id, 'offline');
    expect(found).toMatchObject({ reasonCode, reason: expect.stringMatching(reason) });
    expect(found.nextAttemptAtMs).toBeGreaterThan(found.sinceMs + (reasonCode === 'unauthorized' ? 59_000 : 0));
    expect(JSON.stringify(found)).not.toContain('canary');
  });

  it('comes back after the camera rebooted, in the same lease', async () => {
    const cam = await camera();
    const config = cameraConfig('reboot', cam.url());
    const { received, watch, status } = await ingest([config]);
    watch('reboot');
    await waitFor(() => received.length >= 5);
    cam.faults.reboot(1.5);
    expect(await status('reboot', 'offline')).toMatchObject({ reason: expect.any(String) });
    const before = received.length;
    const back = await status('reboot', 'live');
    expect(back.reconnects).toBeGreaterThan(0);
    await waitFor(() => received.length > before + 5);
    expect(received[before]).toMatchObject({ isKeyframe: true, discontinuity: true });
    expect(new Set(received.map(({ epoch }) => epoch)).size).toBe(1);
  });

  it('says that a picture stalls, and that it is back', async () => {
    const cam = await camera();
    const { status } = await ingest([cameraConfig('stall', cam.url())]);
    await status('stall', 'live');
    cam.faults.stall(60);
    expect(await status('stall', 'stalled')).toMatchObject({ reasonCode: 'stalled' });
    cam.faults.clear();
    expect(await status('stall', 'live')).not.toHaveProperty('reason');
  });

  it.each([
    { name: 'an id made by Redis', attack: (redis: Redis, key: string) => redis.xadd(key, '*', 'x', 'y') },
    { name: 'a far higher id', attack: (redis: Redis, key: string) => redis.xadd(key, '99999999999999-0', 'x', 'y') },
    {
      name: 'the epoch of a clock that was far ahead, of which the control Redis knows nothing any more',
      attack: (redis: Redis, key: string) => redis.xadd(key, '4000000000-7', 'x', 'y'),
    },
    { name: 'a text in place of the stream', attack: (redis: Redis, key: string) => redis.set(key, 'x') },
  ])(
    'keeps its session, loses nothing, and says so, when a stranger writes into the stream: $name',
    async ({ attack }) => {
      const cam = await camera();
      const { status, statusBoard, received, watch } = await ingest([cameraConfig('foreign', cam.url())]);
      const redis = new Redis(media.port, '127.0.0.1');
      closings.push(async () => redis.disconnect());
      const { epoch } = await status('foreign', 'live');
      watch('foreign');
      await waitFor(() => received.length > 10);
      await attack(redis, 'v1:{foreign}:au');
      const { warning } = await waitFor(async () => {
        const found = await statusBoard.get('foreign');
        return found?.warning === undefined ? undefined : found;
      });
      expect(warning).toMatch(/^Some other program has written into the pictures/);
      const before = received.length;
      await waitFor(() => received.length > before + 30, { deadlineMs: 5_000 });
      expect(new Set(received.map((accessUnit) => accessUnit.epoch))).toEqual(new Set([epoch]));
      const held = (await redis.xrange('v1:{foreign}:au', `${epoch}`, '+')).map(([id]) => Number(id.split('-')[1]));
      expect(held).toEqual(held.map((_, index) => (held[0] ?? 0) + index));
      expect(await statusBoard.get('foreign')).toMatchObject({ state: 'live', epoch, reconnects: 0 });
    },
  );

  it('warns when buffer_size cannot hold a GOP', async () => {
    const cam = await camera({ width: 1280, height: 720, gopFrames: 60, noise: true });
    const { statusBoard } = await ingest([{ ...cameraConfig('small', cam.url()), bufferSizeBytes: 65_536 }]);
    const found = await waitFor(async () => {
      const one = await statusBoard.get('small');
      return one?.warning === undefined ? undefined : one;
    });
    expect(found.warning).toMatch(/^buffer_size \(65536 bytes\) cannot hold/);
  });

  it('goes to the new address of a camera at once, under the same lease, and leaves the others alone', async () => {
    const [before, after] = [await camera(), await camera()];
    const [moved, other] = [cameraConfig('moved', before.url()), cameraConfig('other', before.url())];
    const { catalog, received, watch, status, statusBoard } = await ingest([moved, other]);
    watch('moved');
    const { epoch } = await status('moved', 'live');
    await status('other', 'live');
    await waitFor(() => received.length > 0);
    const changedAtMs = performance.now();
    catalog.replace([cameraConfig('moved', after.url()), { ...other, name: 'Another name' }]);
    await waitFor(() => after.stats().openSessions === 1 && received.at(-1)?.sequence === received.length - 1);
    const held = received.length;
    await waitFor(() => received.length > held + 5);
    expect(performance.now() - changedAtMs).toBeLessThan(5_000);
    expect(new Set(received.map((accessUnit) => accessUnit.epoch))).toEqual(new Set([epoch]));
    expect(await statusBoard.get('moved')).toMatchObject({ state: 'live', epoch, reconnects: 1 });
    expect(await statusBoard.get('other')).toMatchObject({ state: 'live', reconnects: 0 });
    expect(before.stats().openSessions).toBe(1);
  });

  it('lets a camera go that is no longer configured, and forgets its status', async () => {
    const cam = await camera();
    const [kept, gone] = [cameraConfig('kept', cam.url()), cameraConfig('gone', cam.url())];
    const { catalog, status, statusBoard, offers } = await ingest([kept, gone]);
    await Promise.all([status('kept', 'live'), status('gone', 'live')]);
    catalog.replace([kept]);
    await waitFor(async () => (await statusBoard.get('gone')) === undefined);
    expect(await offers.offered('ingest')).toEqual(['kept']);
    await waitFor(() => cam.stats().openSessions === 1);
  });

  it.each([
    { which: 'media', redis: () => media },
    { which: 'control', redis: () => control },
  ])(
    'goes on by itself after Redis ($which) was killed and started again',
    async ({ which, redis }) => {
      const cam = await camera();
      const id = `restart-${which}`;
      const { received, watch, status } = await ingest([cameraConfig(id, cam.url())]);
      watch(id);
      await status(id, 'live');
      await waitFor(() => received.length >= 5);
      await redis().kill();
      await redis().start();
      const before = received.length;
      await waitFor(() => received.length > before + 20, { what: 'new pictures', deadlineMs: 15_000 });
      const found = await status(id, 'live');
      await waitFor(async () => (await status(id, 'live')).epoch >= found.epoch);
      expect(received.at(-1)?.epoch).toBe((await status(id, 'live')).epoch);
    },
    40_000,
  );
});
