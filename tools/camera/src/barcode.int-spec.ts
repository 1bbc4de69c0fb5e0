import { AV_CODEC_ID_H264 } from 'node-av/constants';
import { Codec, CodecContext, Frame, Packet } from 'node-av/lib';
import sharp from 'sharp';
import { readBarcodeFromJpeg } from './read-barcode-from-jpeg.ts';
import { TestPicture } from './source/test-picture.ts';
import { VideoEncoder } from './source/video-encoder.ts';

const TIME_US = 1_781_234_567_890_123;

/** The luma plane after H.264 at a low bit rate. Takes the tenth picture, so that prediction has done its damage. */
async function throughH264(width: number, height: number): Promise<Buffer> {
  const shared = {
    codec: 'h264',
    width,
    height,
    framerate: 30,
    bitrateBps: 1_000_000,
    noise: true,
    name: 'T',
  } as const;
  const encoder = await VideoEncoder.open({ ...shared, gopFrames: 60, slices: 1 });
  const codec = Codec.findDecoder(AV_CODEC_ID_H264);
  if (codec === null) throw new Error('no H.264 decoder');
  const decoder = new CodecContext();
  decoder.allocContext3(codec);
  decoder.threadCount = 1;
  await decoder.open2(codec, null);
  const [packet, frame] = [new Packet(), new Frame()];
  packet.alloc();
  frame.alloc();
  const picture = new TestPicture(shared);
  picture.drawBackground(encoder.planes());
  let luma = Buffer.alloc(0);
  for (let index = 0; index < 10; index++) {
    picture.drawFrame(encoder.planes(), index, TIME_US - (9 - index) * 33_333);
    const { nalUnits } = await encoder.encode(index * 3000);
    packet.data = Buffer.concat(nalUnits.flatMap((nalUnit) => [Buffer.from([0, 0, 0, 1]), nalUnit]));
    await decoder.sendPacket(packet);
    packet.unref();
    while ((await decoder.receiveFrame(frame)) >= 0) {
      const stride = frame.linesize[0] ?? width;
      const rows = Array.from(
        { length: height },
        (_, row) => frame.data?.[0]?.subarray(row * stride, row * stride + width) ?? Buffer.alloc(0),
      );
      luma = Buffer.concat(rows);
    }
  }
  await decoder.sendPacket(null);
  while ((await decoder.receiveFrame(frame)) >= 0) {
    const stride = frame.linesize[0] ?? width;
    luma = Buffer.concat(
      Array.from(
        { length: height },
        (_, row) => frame.data?.[0]?.subarray(row * stride, row * stride + width) ?? Buffer.alloc(0),
      ),
    );
  }
  packet.free();
  frame.free();
  decoder.freeContext();
  encoder.close();
  return luma;
}

describe('the barcode through H.264, scaling and JPEG', () => {
  describe.each([
    { width: 1920, height: 1080 },
    { width: 1280, height: 720 },
    { width: 640, height: 480 },
  ])('from $width x $height', ({ width, height }) => {
    let luma: Buffer;
    beforeAll(async () => {
      luma = await throughH264(width, height);
    });

    it.each([
      { to: width, quality: 85 },
      { to: width, quality: 30 },
      { to: 640, quality: 50 },
      { to: 480, quality: 30 },
      { to: 320, quality: 85 },
      { to: 320, quality: 30 },
      { to: 240, quality: 60 },
    ])('reads back at $to pixels, quality $quality', async ({ to, quality }) => {
      const jpeg = await sharp(luma, { raw: { width, height, channels: 1 } })
        .resize({ width: to })
        .jpeg({ quality })
        .toBuffer();
      expect(await readBarcodeFromJpeg(jpeg)).toBe(TIME_US);
    });
  });

  it.each([
    {
      name: 'a picture without barcode',
      make: () =>
        sharp({ create: { width: 640, height: 360, channels: 3, background: '#333' } })
          .jpeg()
          .toBuffer(),
    },
    { name: 'bytes that are no JPEG', make: async () => Buffer.from('not a jpeg') },
  ])('is undefined for $name', async ({ make }) => {
    expect(await readBarcodeFromJpeg(await make())).toBeUndefined();
  });
});
