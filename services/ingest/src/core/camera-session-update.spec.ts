import { jest } from '@jest/globals';
import { CAMERA, ScriptedCamera, startSession } from '../../test/scripted-camera.ts';

describe('a change of a camera that is in session', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });
  const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

  it('opens the new source of a camera at once and under the same epoch, without saying that it was away', async () => {
    const camera = new ScriptedCamera('plays');
    const { session, lease, run, published, statuses } = startSession(camera);
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
    const { session, lease, run, state } = startSession(camera);
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
    const { session, lease, run, bufferSizes } = startSession(camera);
    await pass(0);
    session.update({ ...CAMERA, name: 'Back door', bufferSizeBytes: 2_000_000, source: { ...CAMERA.source } });
    await pass(3_000);
    expect(camera.attemptsAtMs).toHaveLength(1);
    expect(camera.closes).toBe(0);
    expect(bufferSizes).toEqual([2_000_000]);
    lease.abort();
    await run;
  });
});
