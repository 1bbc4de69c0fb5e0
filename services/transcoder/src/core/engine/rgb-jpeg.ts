/**
 * RGB to JPEG with libjpeg-turbo, through sharp.
 *
 * Not libavcodec's mjpeg: its quantiser tables are MPEG-1's times a whole number, luma's for chroma too, and node-av cannot
 * set others; even where they can be set, the DC step is one of 8, 4, 2, 1. And a JPEG is BT.601 (JFIF), most cameras are
 * BT.709: from YUV to YUV that conversion costs more than the detour over RGB.
 */
import sharp from 'sharp';
import type { PictureSize } from './rendition-size.ts';

/** Packed 24-bit RGB, rows without padding. */
export interface RgbPicture extends PictureSize {
  readonly data: Uint8Array;
}

// One camera's picture is too small a piece of work to be cut further; cameras side by side fill the cores.
sharp.concurrency(1);
sharp.cache(false);

/** Runs on libuv's pool. `data` must stay untouched until it resolves. */
export async function encodeRgbJpeg(picture: RgbPicture, size: PictureSize, quality: number): Promise<Buffer> {
  const { width, height } = picture;
  const source = sharp(picture.data, { raw: { width, height, channels: 3 }, limitInputPixels: false });
  const isSame = size.width === width && size.height === height;
  const scaled = isSame ? source : source.resize(size.width, size.height, { fit: 'fill', kernel: 'linear' });
  // Huffman tables made to measure would save 15 % of the bytes and more than double the time.
  return scaled.jpeg({ quality, chromaSubsampling: '4:2:0', optimiseCoding: false }).toBuffer();
}
