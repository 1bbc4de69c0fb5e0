import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CameraStatus, Instance } from '@oriel/control';
import { RedisMediaBus } from '@oriel/media-bus';
import { freePort, waitFor } from '@oriel/testing';
import { CANARY_PASSWORD, cameraConfig } from '../../test/camera-config.ts';
import { JpegSource, jpegOf } from '../../test/jpeg-source.ts';
import { newCameraId, type RunningGateway, runGateway, TestControl, testRedis } from '../../test/running-gateway.ts';

describe('HTTP', () => {
  const cameraId = newCameraId();
  const control = new TestControl();
  let bus: RedisMediaBus;
  let gateway: RunningGateway;
  let source: JpegSource;
  const pageDirectory = mkdtempSync(join(tmpdir(), 'oriel-page-'));

  beforeAll(async () => {
    mkdirSync(join(pageDirectory, 'assets'));
    writeFileSync(join(pageDirectory, 'index.html'), '<title>page</title>');
    writeFileSync(join(pageDirectory, 'assets', 'app-1a2b.js'), 'code');
    bus = new RedisMediaBus({ redis: testRedis() });
    source = new JpegSource(bus, cameraId);
    gateway = await runGateway([cameraConfig(cameraId, { maxLatencyMs: 60_000 })], { pageDirectory });
  });
  afterAll(async () => {
    await gateway.close();
    await control.close();
    await bus.close();
    rmSync(pageDirectory, { recursive: true });
  });

  it('lists cameras without their addresses', async () => {
    const camera = {
      id: cameraId,
      name: `Camera ${cameraId}`,
      state: 'connecting',
      reason: expect.stringMatching(/^No ingest service /),
      reasonCode: 'no-ingest',
    };
    expect(await json('/api/cameras')).toEqual({ status: 200, body: [camera] });
    expect(await json(`/api/cameras/${cameraId}`)).toEqual({ status: 200, body: camera });
    const { reason, reasonCode } = camera;
    expect((await json('/api/system')).body).toMatchObject({ uncarried: [{ cameraId, reasonCode, reason }] });
  });

  it.each([
    { path: '/api/cameras/nowhere', status: 404, code: 'unknown-camera', message: /"nowhere"/ },
    { path: '/api/cameras/nowhere/snapshot.jpg', status: 404, code: 'unknown-camera', message: /"nowhere"/ },
    { path: '/api/cameras/nowhere/stream.mjpeg', status: 404, code: 'unknown-camera', message: /"nowhere"/ },
    { path: '/api/cameras/A%7D', status: 400, code: 'invalid', message: /^camera / },
    { path: '/api/cameras/%', status: 400, code: 'invalid', message: /./ },
    { path: `/api/cameras/${cameraId}/snapshot.jpg?width=1`, status: 400, code: 'invalid', message: /^width / },
    { path: `/api/cameras/${cameraId}/snapshot.jpg?width=`, status: 400, code: 'invalid', message: /^width / },
    { path: `/api/cameras/${cameraId}/snapshot.jpg?quality=x`, status: 400, code: 'invalid', message: /^quality / },
    {
      path: `/api/cameras/${cameraId}/snapshot.jpg?quality=1&quality=2`,
      status: 400,
      code: 'invalid',
      message: /^quality /,
    },
    { path: `/api/cameras/${cameraId}/snapshot.jpg?width=1e2`, status: 400, code: 'invalid', message: /^width / },
    { path: `/api/cameras/${cameraId}/snapshot.jpg?width=0x20`, status: 400, code: 'invalid', message: /^width / },
    { path: `/api/cameras/${cameraId}/snapshot.jpg?width=20.0`, status: 400, code: 'invalid', message: /^width / },
    { path: `/api/cameras/${cameraId}/stream.mjpeg?framerate=0`, status: 400, code: 'invalid', message: /^framerate / },
    { path: '/api/nothing', status: 404, code: 'not-found', message: /./ },
  ])('answers $path with $status', async ({ path, status, code, message }) => {
    const error = { code, message: expect.stringMatching(message) };
    expect(await json(path)).toEqual({ status, body: { error } });
  });

  it.each([
    { method: 'POST', path: '/api/cameras', status: 405, allow: 'GET, HEAD, OPTIONS' },
    { method: 'DELETE', path: `/api/cameras/${cameraId}/snapshot.jpg`, status: 405, allow: 'GET, HEAD, OPTIONS' },
    { method: 'PUT', path: '/api/system?x=1', status: 405, allow: 'GET, HEAD, OPTIONS' },
    { method: 'PATCH', path: '/health/ready', status: 405, allow: 'GET, HEAD, OPTIONS' },
    { method: 'OPTIONS', path: '/api/cameras', status: 204, allow: 'GET, HEAD, OPTIONS' },
    { method: 'OPTIONS', path: '/api/nothing', status: 404, allow: null },
    { method: 'POST', path: '/api/nothing', status: 404, allow: null },
    { method: 'HEAD', path: '/api/cameras', status: 200, allow: null },
    { method: 'HEAD', path: `/api/cameras/${cameraId}/stream.mjpeg`, status: 200, allow: null },
    { method: 'HEAD', path: '/api/cameras/nowhere/snapshot.jpg', status: 404, allow: null },
  ])('answers $method $path with $status', async ({ method, path, status, allow }) => {
    const response = await gateway.get(path, { method });
    await response.text();
    expect([response.status, response.headers.get('allow')]).toEqual([status, allow]);
  });

  it('pays no attention to bodies, however they are nested', async () => {
    const body = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const headers = { 'content-type': 'application/json' };
    expect((await gateway.get('/api/cameras', { method: 'POST', body, headers })).status).toBe(405);
    expect(gateway.logLines.join('')).not.toContain('RangeError');
  });

  it('takes a snapshot', async () => {
    const small = new JpegSource(bus, cameraId, { width: 640, quality: 70, framerate: 30 });
    const answer = gateway.get(`/api/cameras/${cameraId}/snapshot.jpg?width=640&quality=70&t=123`);
    await waitFor(() => gateway.fanout.wants().length === 1);
    await small.publish({ data: jpegOf(3_000) });
    const response = await answer;
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(jpegOf(3_000));
    await waitFor(() => gateway.fanout.wants().length === 0);
  });

  it('says why there is no snapshot', async () => {
    const instanceId = 'ingest-of-an-unreachable-camera';
    await control.runIngest(instanceId);
    const reason = 'The camera cannot be reached.';
    await control.statusBoard.publish(status({ cameraId, instanceId, state: 'offline', reason }));
    const error = { code: 'no-picture', message: reason };
    await waitFor(async () => (await (await gateway.get(`/api/cameras/${cameraId}`)).text()).includes(reason));
    expect(await json(`/api/cameras/${cameraId}/snapshot.jpg?width=320`)).toEqual({ status: 503, body: { error } });
    expect(gateway.fanout.wants()).toEqual([]);
  });

  it('streams MJPEG, part by part, and frees it when the client goes', async () => {
    const client = await openMjpeg();
    await waitFor(() => gateway.fanout.wants().length === 1);
    for (let i = 0; i < 3; i++) {
      await source.publish({ data: jpegOf(2_000 + i) });
      // The closing boundary comes with each picture, so the picture is complete before the next one.
      await waitFor(() => client.parts().length === i + 1);
    }
    expect(client.contentType).toBe('multipart/x-mixed-replace; boundary=oriel-frame');
    expect(client.parts()).toEqual([jpegOf(2_000), jpegOf(2_001), jpegOf(2_002)]);
    expect(await metric('oriel_gateway_viewers{kind="mjpeg"')).toBe(1);
    client.close();
    await waitFor(() => gateway.fanout.wants().length === 0);
    expect(await metric('oriel_gateway_viewers{kind="mjpeg"')).toBe(0);
  });

  it('gives an MJPEG client that stops reading the newest picture when it is back', async () => {
    const fast = await openMjpeg();
    const slow = await openMjpeg();
    slow.pause();
    for (let i = 1; i <= 40; i++) {
      await source.publish({ data: jpegOf(500_000 + i) });
      await waitFor(() => fast.parts().at(-1)?.length === 500_000 + i);
    }
    slow.resume();
    await waitFor(() => slow.parts().at(-1)?.length === 500_040);
    expect(slow.parts().length).toBeLessThan(35);
    fast.close();
    slow.close();
    await waitFor(() => gateway.fanout.wants().length === 0);
  });

  it('shows every instance, and the health of this one', async () => {
    await control.instanceBoard.heartbeat(INGEST);
    const { body } = await json('/api/system');
    const own = { id: gateway.instanceId, service: 'gateway', version: '0.0.0-test', healthUrl: gateway.url };
    expect(body).toEqual({
      instances: expect.arrayContaining([INGEST, expect.objectContaining(own)]),
      uncarried: expect.any(Array),
    });
    expect((await gateway.get('/health/live')).status).toBe(200);
    expect((await gateway.get('/health/ready')).status).toBe(200);
  });

  it('describes itself', async () => {
    const { body } = await json('/api/openapi.json');
    expect(Object.keys((body as { paths: object }).paths)).toEqual(
      expect.arrayContaining(['/api/cameras', '/api/cameras/{id}/snapshot.jpg', '/api/system']),
    );
    const page = await gateway.get('/api/docs');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(page.headers.get('x-powered-by')).toBeNull();
  });

  it.each([
    { path: '/', status: 200, cache: 'no-cache' },
    { path: '/camera/default', status: 200, cache: 'no-cache' },
    { path: '/assets/app-1a2b.js', status: 200, cache: 'public, max-age=31536000, immutable' },
    { path: '/assets/gone.js', status: 404, cache: 'no-store' },
    { path: '/api/gone', status: 404, cache: 'no-store' },
    { path: '/%2e%2e/%2e%2e/etc/passwd', status: 404, cache: 'no-store', accept: '*/*' },
  ])('serves the page: $path', async ({ path, status, cache, accept = 'text/html' }) => {
    const response = await gateway.get(path, { headers: { accept } });
    expect([response.status, response.headers.get('cache-control')]).toEqual([status, cache]);
  });

  it('never shows a password', async () => {
    const paths = [
      '/api/cameras',
      `/api/cameras/${cameraId}`,
      '/api/system',
      '/metrics',
      '/health/ready',
      '/api/openapi.json',
    ];
    const bodies = await Promise.all(paths.map(async (path) => (await gateway.get(path)).text()));
    expect([...bodies, ...gateway.logLines].join('\n')).not.toContain(CANARY_PASSWORD);
  });

  async function json(path: string): Promise<{ status: number; body: unknown }> {
    const response = await gateway.get(path);
    return { status: response.status, body: await response.json() };
  }

  async function metric(name: string): Promise<number> {
    const lines = (await (await gateway.get('/metrics')).text()).split('\n');
    return Number(
      lines
        .find((line) => line.startsWith(name))
        ?.split(' ')
        .at(-1),
    );
  }

  async function openMjpeg() {
    const path = `/api/cameras/${cameraId}/stream.mjpeg`;
    const sent = request({ host: '127.0.0.1', port: gateway.port, path, agent: false });
    sent.on('error', () => undefined).end();
    const response = await new Promise<IncomingMessage>((resolve) => sent.once('response', resolve));
    const parts: Uint8Array[] = [];
    let unread: Buffer = Buffer.alloc(0);
    response.on('data', (chunk: Buffer) => {
      unread = takeParts(Buffer.concat([unread, chunk]), parts);
    });
    response.on('error', () => undefined);
    return {
      contentType: response.headers['content-type'],
      parts: () => parts,
      pause: () => response.pause(),
      resume: () => response.resume(),
      close: () => sent.destroy(),
    };
  }
});

describe('without Redis', () => {
  it('starts, says what is missing, and ends', async () => {
    const gateway = await runGateway([cameraConfig('alone')], { redisPort: await freePort() });
    const ready = await gateway.get('/health/ready');
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({
      status: 'error',
      error: {
        'redis-control': { status: 'down', message: 'Redis (control) does not answer' },
        'redis-media': { status: 'down', message: 'Redis (media) is connecting' },
      },
    });
    expect((await gateway.get('/health/live')).status).toBe(200);
    expect((await gateway.get('/api/cameras')).status).toBe(200);
    const client = await gateway.connect();
    expect(await client.emitWithAck('watch', { camera: 'alone' })).toMatchObject({ ok: true });
    await gateway.close();
  });
});

const INGEST: Instance = {
  id: 'ingest-1',
  service: 'ingest',
  version: '0.0.0',
  host: 'host',
  pid: 1,
  healthUrl: 'http://127.0.0.1:9101',
  startedAtMs: 1,
  healthy: true,
  cpuCores: 0.1,
  capacityCores: 2,
  rssBytes: 1_000,
  cameras: [],
  viewers: 0,
};

function status(part: Partial<CameraStatus>): CameraStatus {
  const cameraId = part.cameraId ?? '';
  return {
    cameraId,
    state: 'live',
    reconnects: 0,
    lostPackets: 0,
    sinceMs: 1,
    instanceId: INGEST.id,
    epoch: 1,
    ...part,
  };
}

/** Moves the pictures whose closing boundary has arrived to `parts`. Returns the remaining bytes. */
function takeParts(body: Buffer, parts: Uint8Array[]): Buffer {
  let from = 0;
  for (;;) {
    const headEnd = body.indexOf('\r\n\r\n', from);
    if (headEnd < 0) return body.subarray(from);
    const length = Number(/Content-Length: (\d+)/.exec(body.toString('latin1', from, headEnd))?.[1]);
    const end = headEnd + 4 + length;
    if (body.length < end + '\r\n--oriel-frame\r\n'.length) return body.subarray(from);
    parts.push(new Uint8Array(body.subarray(headEnd + 4, end)));
    from = end;
  }
}
