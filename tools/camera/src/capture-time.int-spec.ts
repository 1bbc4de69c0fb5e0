import { openRtspSession, type VideoAccessUnit } from '@oriel/rtsp-client';
import { waitFor } from '@oriel/testing';
import { AV_CODEC_ID_H264 } from 'node-av/constants';
import { Codec, CodecContext, Frame, Packet } from 'node-av/lib';
import { readBarcode } from './source/barcode.ts';
import { startCamera } from './start-camera.ts';

/** Barcodes of all pictures, in order. The first access unit must be a keyframe. */
async function barcodesOf(accessUnits: readonly VideoAccessUnit[]): Promise<(number | undefined)[]> {
  const codec = Codec.findDecoder(AV_CODEC_ID_H264);
  if (codec === null) throw new Error('no H.264 decoder');
  const [context, packet, frame] = [new CodecContext(), new Packet(), new Frame()];
  context.allocContext3(codec);
  context.threadCount = 1;
  await context.open2(codec, null);
  packet.alloc();
  frame.alloc();
  const times: (number | undefined)[] = [];
  const drain = async () => {
    while ((await context.receiveFrame(frame)) >= 0) {
      const { width, height } = frame;
      times.push(
        readBarcode({ data: frame.data?.[0] ?? new Uint8Array(0), width, height, strideBytes: frame.linesize[0] }),
      );
    }
  };
  for (const { data } of accessUnits) {
    packet.data = Buffer.from(data);
    await context.sendPacket(packet);
    packet.unref();
    await drain();
  }
  await context.sendPacket(null);
  await drain();
  packet.free();
  frame.free();
  context.freeContext();
  return times;
}

it.each(['tcp', 'udp'] as const)(
  'the capture time that the client tells is the one in the picture, over %s',
  async (transport) => {
    const camera = await startCamera({ width: 640, height: 360, gopFrames: 15 });
    const accessUnits: VideoAccessUnit[] = [];
    const session = await openRtspSession({
      url: camera.url(),
      transport,
      onVideo: (accessUnit) => accessUnits.push(accessUnit),
    });
    await waitFor(() => accessUnits.length >= 40, { what: '40 access units' });
    await session.close();
    await camera.close();
    const drawn = await barcodesOf(accessUnits);
    expect(drawn.length).toBeGreaterThanOrEqual(40);
    const differencesUs = accessUnits.map(({ captureTimeUs }, index) =>
      Math.abs((captureTimeUs ?? 0) - (drawn[index] ?? Number.NaN)),
    );
    // A tick of the 90 kHz clock is 11 µs.
    expect(Math.max(...differencesUs)).toBeLessThan(1000);
    expect(accessUnits.filter(({ lostPacketsBefore }) => lostPacketsBefore > 0)).toEqual([]);
  },
);
