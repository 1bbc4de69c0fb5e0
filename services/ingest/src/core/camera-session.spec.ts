import { jest } from '@jest/globals';
import { type CameraStatus, ControlError, type Lease } from '@oriel/control';
import { type AccessUnit, type ForeignEntry, MediaBusError } from '@oriel/media-bus';
import type { CameraSettings } from '@oriel/model';
import { createLogger, Registry } from '@oriel/observability';
import { RtspError, type RtspErrorCode, type RtspSession, type RtspSessionOptions } from '@oriel/rtsp-client';
import { CameraSession } from './camera-session.ts';
import { IngestMetrics } from './ingest-metrics.ts';

const CAMERA: CameraSettings = {
  id: 'door',
  name: 'Door',
  source: {
    kind: 'rtsp',
    url: 'rtsp://10.0.0.7:554/stream',
    credentials: { username: 'admin', password: 'canary' },
    transport: 'tcp',
    reconnectIntervalMs: 5000,
  },
  bufferSizeBytes: 1_024_000,
  transcoding: { quality: 85, framerate: 30, maxLatencyMs: 200 },
};

/** The shared clock at the moment when this process' fake timers start. */
const SHARED_START_MS = 1_800_000_000_000;

/** A camera's answer to each attempt: a code that refuses it, or a session that plays until the test ends it. */
class ScriptedCamera {
  readonly attemptsAtMs: number[] = [];
  readonly options: RtspSessionOptions[] = [];
  closes = 0;
  #end: (error: RtspError | undefined) => void = () => undefined;

  constructor(public answer: RtspErrorCode | 'plays' | 'hangs') {}

  readonly open = async (options: RtspSessionOptions): Promise<RtspSession> => {
    this.attemptsAtMs.push(Date.now());
    this.options.push(options);
    if (this.answer === 'hangs') {
      await new Promise<void>((resolve) => options.signal?.addEventListener('abort', () => resolve()));
      throw failure('aborted');
    }
    if (this.answer !== 'plays') throw failure(this.answer);
    const ended = new Promise<RtspError | undefined>((resolve) => {
      this.#end = resolve;
    });
    return {
      ended,
      stats: () => ({ packets: 0, bytes: 0, lostPackets: 3, duplicatePackets: 0, accessUnits: 0, faults: {} }),
      close: async () => {
        this.closes++;
        this.#end(undefined);
      },
    };
  };

  picture(isKeyframe = true): void {
    this.options.at(-1)?.onVideo({
      codec: 'h264',
      data: new Uint8Array(1000),
      isKeyframe,
      rtpTimeTicks: 0,
      arrivalTimeUs: 0,
      captureTimeUs: undefined,
      lostPacketsBefore: 0,
      discontinuity: false,
      width: 640,
      height: 360,
    });
  }

  end(code: RtspErrorCode): void {
    this.#end(failure(code));
  }
}

function failure(code: RtspErrorCode): RtspError {
  return new RtspError(code, 'x', { peer: '10.0.0.7:554' });
}

function start(camera: ScriptedCamera, { isSuccessor = false } = {}) {
  const lease = new AbortController();
  const told: string[] = [];
  const held = {
    cameraId: 'door',
    epoch: 9,
    signal: lease.signal,
    assertCurrent: () => lease.signal.throwIfAborted(),
    hasHighestEpoch: async () => true,
    cost: undefined,
    isSuccessor,
    markReady: () => void told.push('ready'),
    markIdle: () => void told.push('idle'),
    reportCost: () => undefined,
  } satisfies Lease;
  const statuses: CameraStatus[] = [];
  const published: AccessUnit[] = [];
  const bufferSizes: number[] = [];
  const bus = { answer: async (): Promise<void> => undefined, onForeign: (_: ForeignEntry): void => undefined };
  const session = new CameraSession(
    {
      openSession: camera.open,
      bus: {
        accessUnitPublisher: (_, { right }) => {
          if (right !== undefined) bus.onForeign = right.onForeign;
          return {
            publish: (accessUnit) => {
              published.push(accessUnit);
              return bus.answer();
            },
            backlogBytes: 0,
            retention: { bytes: 0, accessUnits: 0, holdsWholeGop: true, bufferSizeBytes: 1_024_000 },
            setBufferSize: (bytes) => void bufferSizes.push(bytes),
          };
        },
      },
      statusBoard: { publish: async (status) => void statuses.push(status) },
      metrics: new IngestMetrics(new Registry()),
      logger: createLogger({ service: 'ingest', level: 'silent' }),
      instanceId: 'i-1',
      watchedCameras: { isWatched: () => true },
      sharedClock: { nowMs: () => SHARED_START_MS + performance.now(), fromProcessUs: (processUs) => processUs },
      nowMs: () => performance.now(),
    },
    CAMERA,
    held,
  );
  const run = session.run();
  run.catch(() => undefined);
  return {
    session,
    lease,
    held,
    told,
    statuses,
    published,
    bufferSizes,
    bus,
    run,
    state: () => statuses.at(-1)?.state,
  };
}

describe('CameraSession', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });
  const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

  it('tries an unreachable camera again every second, and says when', async () => {
    const camera = new ScriptedCamera('unreachable');
    const { lease, run, statuses } = start(camera);
    await pass(30_000);
    const gapsMs = camera.attemptsAtMs.slice(1).map((atMs, index) => atMs - (camera.attemptsAtMs[index] ?? 0));
    expect(Math.max(...gapsMs)).toBeLessThanOrEqual(1000);
    expect(Math.min(...gapsMs)).toBeGreaterThanOrEqual(800);
    expect(statuses.at(-1)).toMatchObject({ state: 'offline', reasonCode: 'unreachable', epoch: 9, instanceId: 'i-1' });
    expect(statuses.at(-1)?.nextAttemptAtMs).toBeGreaterThan(SHARED_START_MS + performance.now());
    lease.abort();
    await run;
    expect(jest.getTimerCount()).toBe(0);
  });

  it('takes a camera over without a word, and is ready with its first keyframe', async () => {
    const camera = new ScriptedCamera('plays');
    const { lease, held, told, run, statuses, published } = start(camera, { isSuccessor: true });
    await pass(500);
    camera.picture(false);
    await pass(0);
    expect(told).not.toContain('ready');
    camera.picture(true);
    await pass(0);
    expect(told.at(-1)).toBe('ready');
    expect(published).toHaveLength(1);
    await pass(3_000);
    // The old holder reports for the camera until the lease has passed.
    expect(statuses).toEqual([]);
    held.isSuccessor = false;
    camera.picture(true);
    await pass(1_000);
    expect(statuses.at(-1)).toMatchObject({ state: 'live', epoch: 9 });
    lease.abort();
    await run;
  });

  it('leaves a camera that takes one connection only to the process that has it (453)', async () => {
    const camera = new ScriptedCamera('busy');
    const { run, statuses } = start(camera, { isSuccessor: true });
    await expect(run).rejects.toMatchObject({ code: 'busy' });
    expect(camera.attemptsAtMs).toHaveLength(1);
    expect(statuses).toEqual([]);
  });

  it('says that the camera is moving when it is given back while it is watched', async () => {
    const camera = new ScriptedCamera('plays');
    const { lease, run, statuses } = start(camera);
    await pass(0);
    camera.picture(true);
    await pass(0);
    lease.abort(new ControlError('lease-handed-back', 'x'));
    await run;
    expect(statuses.at(-1)).toMatchObject({ state: 'offline', reasonCode: 'moving' });
  });

  it.each([3_600_000, -3_600_000])('notices nothing of a host whose clock jumps by %d ms', async (jumpMs) => {
    const camera = new ScriptedCamera('plays');
    const { lease, run, statuses } = start(camera);
    for (let tenths = 0; tenths < 100; tenths++) {
      await pass(100);
      if (tenths === 50) jest.setSystemTime(Date.now() + jumpMs);
      camera.picture();
    }
    await pass(1_000);
    expect(new Set(statuses.map(({ state }) => state))).toEqual(new Set(['connecting', 'live']));
    expect(statuses.at(-1)).toMatchObject({ framerate: 10, sinceMs: SHARED_START_MS + 100 });
    camera.end('closed-by-peer');
    await pass(0);
    const { nextAttemptAtMs } = statuses.findLast(({ state }) => state === 'offline') as CameraStatus;
    // After a session with pictures, the first attempt comes within a second.
    expect(nextAttemptAtMs).toBeGreaterThanOrEqual(SHARED_START_MS + 11_000);
    expect(nextAttemptAtMs).toBeLessThanOrEqual(SHARED_START_MS + 12_000);
    lease.abort();
    await run;
  });

  it('stays offline, with the reason and since when, while it tries', async () => {
    const camera = new ScriptedCamera('unreachable');
    const { lease, run, statuses } = start(camera);
    await pass(20_000);
    const offline = statuses.filter(({ state }) => state === 'offline');
    expect(new Set(statuses.slice(1).map(({ state }) => state))).toEqual(new Set(['offline']));
    expect(new Set(offline.map(({ sinceMs }) => sinceMs)).size).toBe(1);
    expect(offline.every(({ reason }) => reason !== undefined)).toBe(true);
    lease.abort();
    await run;
  });

  it('asks a camera that refused the password hardly ever', async () => {
    const camera = new ScriptedCamera('unauthorized');
    const { lease, run, statuses } = start(camera);
    await pass(59_000);
    expect(camera.attemptsAtMs).toHaveLength(1);
    await pass(600_000);
    expect(camera.attemptsAtMs.length).toBeLessThan(6);
    expect(JSON.stringify(statuses)).not.toContain('canary');
    lease.abort();
    await run;
  });

  it('keeps trying a path that is not there yet, as of a media server that waits for its source', async () => {
    const camera = new ScriptedCamera('not-found');
    const { lease, run } = start(camera);
    await pass(30_000);
    expect(camera.attemptsAtMs.length).toBeGreaterThan(5);
    lease.abort();
    await run;
  });

  it('is connecting, live, stalled after 3 s without a picture, and live again', async () => {
    const camera = new ScriptedCamera('plays');
    const { lease, run, state, statuses } = start(camera);
    await pass(0);
    expect(state()).toBe('connecting');
    camera.picture(false);
    await pass(0);
    expect(state()).toBe('connecting');
    for (let picture = 0; picture < 30; picture++) {
      camera.picture(picture === 0);
      await pass(40);
    }
    expect(state()).toBe('live');
    await pass(4100);
    expect(statuses.at(-1)).toMatchObject({ state: 'stalled', reasonCode: 'stalled' });
    camera.picture(false);
    await pass(0);
    expect(state()).toBe('live');
    expect(statuses.at(-1)).not.toHaveProperty('reason');
    expect(statuses.at(-1)?.lostPackets).toBe(3);
    lease.abort();
    await run;
    expect(camera.closes).toBe(1);
  });

  it('has patience with a camera that sends a picture every five seconds', async () => {
    const camera = new ScriptedCamera('plays');
    const { lease, run, statuses } = start(camera);
    await pass(0);
    for (let picture = 0; picture < 5; picture++) {
      camera.picture();
      await pass(4900);
    }
    expect(statuses.slice(-4).map(({ state }) => state)).toEqual(['live', 'live', 'live', 'live']);
    lease.abort();
    await run;
  });

  it('publishes nothing more once the lease is over, and closes the session', async () => {
    const camera = new ScriptedCamera('plays');
    const { lease, run, published } = start(camera);
    await pass(0);
    camera.picture();
    lease.abort();
    camera.picture();
    await run;
    expect(published).toHaveLength(1);
    expect(camera.closes).toBe(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('gives up an attempt under way when the lease is over', async () => {
    const camera = new ScriptedCamera('hangs');
    const { lease, run } = start(camera);
    await pass(1000);
    lease.abort();
    await run;
    expect(camera.attemptsAtMs).toHaveLength(1);
  });

  it('rejects when somebody else publishes the camera, so that the lease is sorted out', async () => {
    const camera = new ScriptedCamera('plays');
    const { run, bus } = start(camera);
    bus.answer = async () => {
      throw new MediaBusError('fenced', 'epoch 9 is over');
    };
    await pass(0);
    camera.picture();
    await expect(run).rejects.toThrow('epoch 9 is over');
    expect(camera.closes).toBe(1);
  });

  it('warns while pictures do not reach Redis, and no longer', async () => {
    const camera = new ScriptedCamera('plays');
    const { lease, run, bus, statuses } = start(camera);
    await pass(0);
    camera.picture();
    bus.answer = async () => {
      throw new MediaBusError('disconnected', 'x');
    };
    camera.picture();
    await pass(1000);
    expect(statuses.at(-1)).toMatchObject({
      state: 'live',
      warning: 'Pictures are being lost on their way to Redis (media).',
    });
    bus.answer = async () => undefined;
    for (let second = 0; second < 7; second++) {
      camera.picture();
      await pass(1000);
    }
    expect(statuses.at(-1)).not.toHaveProperty('warning');
    lease.abort();
    await run;
  });

  it('says for a minute that a stranger has written into the pictures', async () => {
    const camera = new ScriptedCamera('plays');
    const { lease, run, bus, statuses } = start(camera);
    await pass(0);
    camera.picture();
    bus.onForeign({ key: 'v1:{door}:au', found: '99-0' });
    await pass(0);
    expect(statuses.at(-1)).toMatchObject({
      state: 'live',
      warning: expect.stringMatching(/^Some other program has written into the pictures of this camera/),
    });
    for (let second = 0; second < 61; second++) {
      camera.picture();
      await pass(1000);
    }
    expect(statuses.at(-1)).not.toHaveProperty('warning');
    lease.abort();
    await run;
  });

  it('opens the new source of a camera at once and under the same epoch, without saying that it was away', async () => {
    const camera = new ScriptedCamera('plays');
    const { session, lease, run, published, statuses } = start(camera);
    await pass(0);
    camera.picture(true);
    session.update({ ...CAMERA, source: { ...CAMERA.source, url: 'rtsp://10.0.0.8:554/stream' } });
    await pass(10);
    camera.picture(true);
    await pass(1_000);
    expect(camera.options.map(({ url }) => url)).toEqual(['rtsp://10.0.0.7:554/stream', 'rtsp://10.0.0.8:554/stream']);
    expect(camera.closes).toBe(1);
    expect(published.map(({ epoch, sequence }) => [epoch, sequence])).toEqual([
      [9, 0],
      [9, 1],
    ]);
    expect(statuses.map(({ state }) => state)).not.toContain('offline');
    lease.abort();
    await run;
  });

  it('does not wait for the next attempt when the source of a camera that is away changes', async () => {
    const camera = new ScriptedCamera('unauthorized');
    const { session, lease, run, state } = start(camera);
    await pass(5_000);
    const attempts = camera.attemptsAtMs.length;
    camera.answer = 'plays';
    const credentials = { username: 'admin', password: 'the new one' };
    session.update({ ...CAMERA, source: { ...CAMERA.source, credentials } });
    await pass(10);
    expect(camera.attemptsAtMs).toHaveLength(attempts + 1);
    expect(camera.options.at(-1)?.credentials).toEqual(credentials);
    camera.picture(true);
    await pass(0);
    expect(state()).toBe('live');
    lease.abort();
    await run;
  });

  it('leaves the session alone when anything but the source changes', async () => {
    const camera = new ScriptedCamera('plays');
    const { session, lease, run, bufferSizes } = start(camera);
    await pass(0);
    session.update({ ...CAMERA, name: 'Back door', bufferSizeBytes: 2_000_000, source: { ...CAMERA.source } });
    await pass(3_000);
    expect(camera.attemptsAtMs).toHaveLength(1);
    expect(camera.closes).toBe(0);
    expect(bufferSizes).toEqual([2_000_000]);
    lease.abort();
    await run;
  });

  it('does not gather listeners over many attempts', async () => {
    const camera = new ScriptedCamera('plays');
    const { lease, run } = start(camera);
    const warnings: string[] = [];
    const onWarning = (warning: Error) => warnings.push(warning.message);
    process.on('warning', onWarning);
    for (let attempt = 0; attempt < 40; attempt++) {
      await pass(5000);
      camera.end('closed-by-peer');
    }
    await pass(0);
    lease.abort();
    await run;
    process.off('warning', onWarning);
    expect(camera.attemptsAtMs.length).toBeGreaterThan(30);
    expect(warnings).toEqual([]);
  });
});
