import './node20.ts';
import { AV_CODEC_ID_MJPEG } from 'node-av/constants';
import { Codec, CodecContext, FFmpegError, Frame, Packet } from 'node-av/lib';
import { readBarcode } from './source/barcode.ts';

/** Reads the time that the camera drew, in µs since the Unix epoch, from a JPEG of any size; undefined when unreadable. */
export async function readBarcodeFromJpeg(jpeg: Uint8Array): Promise<number | undefined> {
  const codec = Codec.findDecoder(AV_CODEC_ID_MJPEG);
  if (codec === null) throw new Error('this build of node-av has no JPEG decoder');
  const context = new CodecContext();
  const packet = new Packet();
  const frame = new Frame();
  context.allocContext3(codec);
  context.threadCount = 1;
  packet.alloc();
  frame.alloc();
  try {
    FFmpegError.throwIfError(await context.open2(codec, null), 'open the JPEG decoder');
    packet.data = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
    if ((await context.sendPacket(packet)) < 0 || (await context.receiveFrame(frame)) < 0) return undefined;
    const luma = frame.data?.[0];
    const [strideBytes] = frame.linesize;
    if (luma === undefined || strideBytes === undefined) return undefined;
    return readBarcode({ data: luma, width: frame.width, height: frame.height, strideBytes });
  } finally {
    frame.free();
    packet.free();
    context.freeContext();
  }
}
