import { RedisMediaBus } from '@oriel/media-bus';
import type { FrameHeader } from '@oriel/stream-protocol';
import { waitFor } from '@oriel/testing';
import { JpegSource, jpegOf } from '../../test/jpeg-source.ts';
import {
  type Client,
  cameraConfig,
  newCameraId,
  type RunningGateway,
  runGateway,
  testRedis,
} from '../../test/running-gateway.ts';

describe('Socket.IO', () => {
  const cameraId = newCameraId();
  let bus: RedisMediaBus;
  let gateway: RunningGateway;

  beforeAll(async () => {
    bus = new RedisMediaBus({ redis: testRedis() });
    gateway = await runGateway([cameraConfig(cameraId)]);
  });

  afterAll(async () => {
    await gateway.close();
    await bus.close();
  });

  it('shows a watched camera, each frame with its header', async () => {
    const client = await gateway.connect();
    const frames = collectFrames(client);
    const reply = await client.emitWithAck('watch', { camera: cameraId });
    expect(reply).toEqual({ ok: true, camera: cameraId, rendition: 'w0-q85-f30' });
    expect(gateway.control.offered).toContain(`transcode/${cameraId}`);

    const source = new JpegSource(bus, cameraId);
    const arrivalTimeUs = Date.now() * 1_000;
    await source.publish({ arrivalTimeUs, sequence: 7 });
    const [header, data] = await waitFor(() => frames[0]);
    expect(header).toEqual({
      camera: cameraId,
      sequence: 7,
      width: 1280,
      height: 720,
      receivedAtMs: arrivalTimeUs / 1_000,
      sentAtMs: expect.any(Number),
      skipped: 0,
      rendition: 'w0-q85-f30',
    });
    expect(new Uint8Array(data)).toEqual(jpegOf(1_000));
    client.disconnect();
  });
});

function collectFrames(client: Client): [FrameHeader, Uint8Array][] {
  const frames: [FrameHeader, Uint8Array][] = [];
  client.on('frame', (header, data, shown) => {
    frames.push([header, data]);
    shown();
  });
  return frames;
}
