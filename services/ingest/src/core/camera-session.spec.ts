import { jest } from '@jest/globals';
import { type CameraStatus, ControlError } from '@oriel/control';
import { MediaBusError } from '@oriel/media-bus';
import { ScriptedCamera, SHARED_START_MS, startSession } from '../../test/scripted-camera.ts';

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
    const { lease, run, statuses } = startSession(camera);
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
    const { lease, held, told, run, statuses, published } = startSession(camera, { isSuccessor: true });
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
    const { run, statuses } = startSession(camera, { isSuccessor: true });
    await expect(run).rejects.toMatchObject({ code: 'busy' });
    expect(camera.attemptsAtMs).toHaveLength(1);
    expect(statuses).toEqual([]);
  });

  it('says that the camera is moving when it is given back while it is watched', async () => {
    const camera = new ScriptedCamera('plays');
    const { lease, run, statuses } = startSession(camera);
    await pass(0);
    camera.picture(true);
    await pass(0);
    lease.abort(new ControlError('lease-handed-back', 'x'));
    await run;
    expect(statuses.at(-1)).toMatchObject({ state: 'offline', reasonCode: 'moving' });
  });

  it.each([3_600_000, -3_600_000])('notices nothing of a host whose clock jumps by %d ms', async (jumpMs) => {
    const camera = new ScriptedCamera('plays');
    const { lease, run, statuses } = startSession(camera);
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
    const { lease, run, statuses } = startSession(camera);
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
    const { lease, run, statuses } = startSession(camera);
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
    const { lease, run } = startSession(camera);
    await pass(30_000);
    expect(camera.attemptsAtMs.length).toBeGreaterThan(5);
    lease.abort();
    await run;
  });

  it('is connecting, live, stalled after 3 s without a picture, and live again', async () => {
    const camera = new ScriptedCamera('plays');
    const { lease, run, state, statuses } = startSession(camera);
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
    const { lease, run, statuses } = startSession(camera);
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
    const { lease, run, published } = startSession(camera);
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
    const { lease, run } = startSession(camera);
    await pass(1000);
    lease.abort();
    await run;
    expect(camera.attemptsAtMs).toHaveLength(1);
  });

  it('rejects when somebody else publishes the camera, so that the lease is sorted out', async () => {
    const camera = new ScriptedCamera('plays');
    const { run, bus } = startSession(camera);
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
    const { lease, run, bus, statuses } = startSession(camera);
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
    const { lease, run, bus, statuses } = startSession(camera);
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

  it('does not gather listeners over many attempts', async () => {
    const camera = new ScriptedCamera('plays');
    const { lease, run } = startSession(camera);
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
