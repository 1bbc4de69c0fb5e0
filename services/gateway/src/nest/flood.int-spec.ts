import { jest } from '@jest/globals';
import { RedisMediaBus } from '@oriel/media-bus';
import { waitFor } from '@oriel/testing';
import { ATTACKS } from '../../test/attacks.ts';
import { cameraConfig } from '../../test/camera-config.ts';
import { JpegSource } from '../../test/jpeg-source.ts';
import { newCameraId, type RunningGateway, runGateway, testRedis } from '../../test/running-gateway.ts';
import { Stranger } from '../../test/stranger.ts';

jest.setTimeout(60_000);

const ADDRESS_OF_A_VIEWER = 'X-Forwarded-For: 203.0.113.7';
const ONE_CONNECTION = Object.entries(ATTACKS).filter(
  ([, { connections, reconnects }]) => connections === 1 && reconnects === undefined,
);

describe('a stranger who floods', () => {
  let cameraId: string;
  let bus: RedisMediaBus;
  let source: JpegSource;
  let gateway: RunningGateway;

  beforeEach(async () => {
    cameraId = newCameraId();
    bus = new RedisMediaBus({ redis: testRedis() });
    source = new JpegSource(bus, cameraId);
    gateway = await runGateway([cameraConfig(cameraId, { maxLatencyMs: 60_000 })], {
      trustedProxies: ['127.0.0.0/8'],
    });
  });
  afterEach(async () => {
    await gateway.close();
    await bus.close();
  });

  it.each(ONE_CONNECTION)('is cut off, and another viewer goes on: %s', async (_, attack) => {
    const viewer = await gateway.connect();
    const frames: unknown[] = [];
    viewer.on('frame', (header, _data, shown) => {
      frames.push(header);
      shown();
    });
    await viewer.emitWithAck('watch', { camera: cameraId });
    const { stranger, answer } = await Stranger.open(gateway.url);
    expect(answer).toMatch(/^HTTP\/1\.1 101 /);
    stranger.flood(attack, cameraId);
    await stranger.closed;
    await waitFor(() => gateway.viewers.count('socket') === 1);
    expect(viewer.connected).toBe(true);
    const before = frames.length;
    await waitFor(() => gateway.fanout.wants().length === 1);
    await waitFor(async () => {
      await source.publish();
      return frames.length > before;
    });
  });

  it('is told why, where it reads', async () => {
    const { stranger } = await Stranger.open(gateway.url);
    stranger.read();
    stranger.flood({ connections: 1, perSecond: 2_000, packets: () => ATTACKS['clock']?.packets('') ?? [] }, cameraId);
    await stranger.closed;
    const farewell = stranger.received.subarray(-80).toString('latin1');
    // 1008 in two bytes, then the reason (RFC 6455 §5.5.1).
    expect(farewell).toContain('\x03\xf0too-many: far more requests than the gateway takes');
    expect(await metric('flood')).toBe(1);
  });

  it('is refused when it connects again and again, and viewers of another address are not', async () => {
    let refused = 0;
    for (let i = 0; i < 20 && refused === 0; i++) {
      const { stranger, answer } = await Stranger.open(gateway.url, [ADDRESS_OF_A_VIEWER]);
      if (!answer.startsWith('HTTP/1.1 101')) refused++;
      else stranger.flood(ATTACKS['requests'] ?? fail(), cameraId);
      await stranger.closed;
    }
    expect(refused).toBe(1);
    const other = await gateway.connect({ extraHeaders: { 'x-forwarded-for': '203.0.113.8' } });
    expect(await other.emitWithAck('clock')).toEqual({ serverTimeMs: expect.any(Number) });
    expect(gateway.logLines.join('')).toContain('connections refused or ended');
  });

  async function metric(reason: string): Promise<number> {
    const text = await (await gateway.get('/metrics')).text();
    const line = text
      .split('\n')
      .find((one) => one.startsWith(`oriel_gateway_connections_ended_total{reason="${reason}"`));
    return Number(line?.split(' ').at(-1));
  }
});

function fail(): never {
  throw new Error('there is no such attack');
}
