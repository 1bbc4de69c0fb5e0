import { waitFor } from '@oriel/testing';
import { CANARY_PASSWORD, cameraConfig } from '../../test/camera-config.ts';
import { type Client, newCameraId, type RunningGateway, runGateway } from '../../test/running-gateway.ts';

/** Sends payloads that the typed client would reject. */
type AnyClient = {
  emit(event: string, ...args: unknown[]): void;
  emitWithAck(event: string, ...args: unknown[]): Promise<unknown>;
};

describe('requests over Socket.IO', () => {
  const cameraId = newCameraId();
  let gateway: RunningGateway;
  let client: Client;
  let anyClient: AnyClient;

  beforeAll(async () => {
    gateway = await runGateway([cameraConfig(cameraId)]);
  });
  afterAll(() => gateway.close());
  beforeEach(async () => {
    client = await gateway.connect();
    anyClient = client as unknown as AnyClient;
  });
  afterEach(() => client.disconnect());

  const camera = cameraId;
  it.each<{ name: string; event?: string; payload: unknown[]; message: RegExp }>([
    { name: 'nothing', payload: [], message: /^payload is missing/ },
    { name: 'null', payload: [null], message: /^payload is missing/ },
    { name: 'a text', payload: ['default'], message: /^payload must be one object/ },
    { name: 'an empty text', payload: [''], message: /^payload must be one object/ },
    { name: 'a number', payload: [7], message: /^payload must be one object/ },
    { name: 'a truth value', payload: [true], message: /^payload must be one object/ },
    { name: 'an array', payload: [[{ camera }]], message: /^payload must be one object/ },
    { name: 'two payloads', payload: [{ camera }, { camera }], message: /^payload must be one object/ },
    { name: 'bytes', payload: [Buffer.from('default')], message: /^payload must be one object/ },
    { name: 'an empty object', payload: [{}], message: /^camera / },
    { name: 'a camera that is null', payload: [{ camera: null }], message: /^camera / },
    { name: 'a camera that is an object', payload: [{ camera: {} }], message: /^camera / },
    { name: 'a camera that is an array', payload: [{ camera: [camera] }], message: /^camera / },
    { name: 'a camera that is bytes', payload: [{ camera: Buffer.from('a') }], message: /^camera / },
    { name: 'a camera id with a brace', payload: [{ camera: 'a}b' }], message: /^camera / },
    { name: 'a camera id of 65 characters', payload: [{ camera: 'x'.repeat(65) }], message: /^camera / },
    { name: 'a format that does not exist', payload: [{ camera, format: 'png' }], message: /^format / },
    { name: 'a width as text', payload: [{ camera, maxWidth: '640' }], message: /^maxWidth / },
    { name: 'a width of 15', payload: [{ camera, maxWidth: 15 }], message: /^maxWidth / },
    { name: 'a width of 7681', payload: [{ camera, maxWidth: 7681 }], message: /^maxWidth / },
    { name: 'half a pixel', payload: [{ camera, maxWidth: 640.5 }], message: /^maxWidth / },
    { name: 'no frames', payload: [{ camera, maxFramerate: 0 }], message: /^maxFramerate / },
    { name: 'a negative quality', payload: [{ camera, quality: -1 }], message: /^quality / },
    { name: 'a quality of 101', payload: [{ camera, quality: 101 }], message: /^quality / },
    { name: 'a property that does not exist', payload: [{ camera, url: 'x' }], message: /^property url / },
    {
      name: '__proto__',
      payload: [JSON.parse(`{"camera":"${camera}","__proto__":{"a":1},"x":1}`)],
      message: /^property x /,
    },
    { name: 'deep nesting', payload: [{ camera, maxWidth: nested(2_000) }], message: /^maxWidth / },
    { name: 'unwatch of nothing', event: 'unwatch', payload: [{}], message: /^camera / },
    { name: 'unwatch of a number', event: 'unwatch', payload: [{ camera: 1 }], message: /^camera / },
    { name: 'clock with a payload', event: 'clock', payload: [{ a: 1 }], message: /^clock takes no payload/ },
  ])('refuses $name by name', async ({ event = 'watch', payload, message }) => {
    const refused = { ok: false, error: { code: 'invalid', message: expect.stringMatching(message) } };
    expect(await anyClient.emitWithAck(event, ...payload)).toEqual(refused);

    const exception = new Promise((resolve) => client.once('exception', resolve));
    anyClient.emit(event, ...payload);
    expect(await exception).toEqual({ event, error: refused.error });

    expect(await client.emitWithAck('clock')).toEqual({ serverTimeMs: expect.any(Number) });
    expect(gateway.fanout.wants()).toEqual([]);
  });

  it.each([
    {
      name: 'a camera that does not exist',
      request: { camera: 'nowhere' },
      code: 'unknown-camera',
      message: /"nowhere"/,
    },
    { name: 'H.264', request: { camera, format: 'h264' }, code: 'unsupported-format', message: /JPEG/ },
  ])('refuses $name', async ({ request, code, message }) => {
    const reply = await anyClient.emitWithAck('watch', request);
    expect(reply).toEqual({ ok: false, error: { code, message: expect.stringMatching(message) } });
  });

  it('says so when an event does not exist', async () => {
    const refused = { code: 'invalid', message: expect.stringMatching(/watch, unwatch, clock/) };
    expect(await anyClient.emitWithAck('wacth', { camera })).toEqual({ ok: false, error: refused });
    const exception = new Promise((resolve) => client.once('exception', resolve));
    anyClient.emit('wacth', { camera });
    expect(await exception).toEqual({ event: 'wacth', error: refused });
  });

  it('watches without an acknowledgement too', async () => {
    anyClient.emit('watch', { camera });
    await waitFor(() => gateway.fanout.wants().length === 1);
    anyClient.emit('unwatch', { camera });
    await waitFor(() => gateway.fanout.wants().length === 0);
  });

  it('answers a flood of requests with too-many, and goes on', async () => {
    const replies = await Promise.all(Array.from({ length: 300 }, () => anyClient.emitWithAck('clock')));
    const refused = replies.filter((reply) => JSON.stringify(reply).includes('too-many'));
    expect(refused.length).toBeGreaterThan(100);
    await waitFor(async () => 'serverTimeMs' in ((await anyClient.emitWithAck('clock')) as object), {
      intervalMs: 100,
    });
  });

  it('closes a connection that sends more than fits', async () => {
    const gone = new Promise((resolve) => client.once('disconnect', resolve));
    anyClient.emit('watch', { camera: 'x'.repeat(20_000) });
    await gone;
    await waitFor(() => gateway.viewers.count('socket') === 0);
  });

  it.each([
    { name: 'a packet of a type that does not exist', packet: '9[]' },
    { name: 'a packet without a type', packet: 'x' },
    { name: 'an event without a name', packet: '20[]' },
    { name: 'an event that is no array', packet: '20{}' },
    { name: 'an event named like a prototype', packet: '20["__proto__",{}]' },
    { name: 'an event named by a number', packet: '20[7]' },
    { name: 'attachments without end', packet: '51000000-["watch",{"_placeholder":true,"num":0}]' },
    { name: 'a placeholder without an attachment', packet: '20["watch",{"_placeholder":true,"num":0}]' },
    { name: 'an acknowledgement of nothing', packet: '312345[]' },
  ])('survives $name', async ({ packet }) => {
    const gone = new Promise((resolve) => client.once('disconnect', resolve));
    client.io.engine.send(packet);
    await Promise.race([gone, client.emitWithAck('clock')]);
    const other = await gateway.connect();
    expect(await other.emitWithAck('clock')).toEqual({ serverTimeMs: expect.any(Number) });
    other.disconnect();
  });

  it('refuses a page of another site, and lets programs in', async () => {
    const refused = gateway.connect({ extraHeaders: { origin: 'https://elsewhere.example' } });
    await expect(refused).rejects.toThrow();
    const own = await gateway.connect({ extraHeaders: { origin: gateway.url } });
    expect(own.connected).toBe(true);
    own.disconnect();
  });

  it.each([
    { name: 'lists', packet: (inside: string) => `2["watch",{"camera":${inside}}]`, message: /^camera / },
    {
      name: 'lists in a field that there is not',
      packet: (inside: string) => `2["watch",{"camera":"a","x":${inside}}]`,
      message: /^property x /,
    },
    { name: 'lists in place of a payload', packet: (inside: string) => `2["watch",${inside}]`, message: /^payload / },
    { name: 'lists for clock', event: 'clock', packet: (inside: string) => `2["clock",${inside}]`, message: /^clock / },
  ])('refuses $name, nested as deep as a message can hold', async ({ event = 'watch', packet, message }) => {
    // Bypasses the client library, which cannot encode payloads this deep.
    const exception = new Promise((resolve) => client.once('exception', resolve));
    client.io.engine.send(packet(`${'['.repeat(7_900)}${']'.repeat(7_900)}`));
    expect(await exception).toEqual({ event, error: { code: 'invalid', message: expect.stringMatching(message) } });
  });

  it('logs no error for requests that are merely wrong', () => {
    expect(gateway.logLines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });

  it('keeps secrets out of the log', () => {
    expect(gateway.logLines.join('')).not.toContain(CANARY_PASSWORD);
  });
});

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = { a: value };
  return value;
}
