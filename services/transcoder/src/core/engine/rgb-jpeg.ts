/**
 * Encodes RGB to JPEG with libjpeg-turbo, through sharp.
 *
 * Not with libavcodec's mjpeg. Its quantiser tables are those of MPEG-1 times a whole number, luma's for chroma too,
 * and node-av cannot set others; even where they can be set, the DC step is one of 8, 4, 2, 1. Also, a JPEG is BT.601
 * (JFIF) but most cameras are BT.709, and converting YUV to YUV costs more than going through RGB.
 */
import sharp from 'sharp';
import type { PictureSize } from './rendition-size.ts';

/** Packed 24-bit RGB, rows without padding. */
export interface RgbPicture extends PictureSize {
  readonly data: Uint8Array;
}

// One thread per picture: a single picture is too little work to split, and pictures of several cameras fill the cores.
sharp.concurrency(1);
sharp.cache(false);

/** Runs on libuv's thread pool. `data` must not change until this resolves. */
export async function encodeRgbJpeg(picture: RgbPicture, size: PictureSize, quality: number): Promise<Buffer> {
  const { width, height } = picture;
  const source = sharp(picture.data, { raw: { width, height, channels: 3 }, limitInputPixels: false });
  const isSame = size.width === width && size.height === height;
  const scaled = isSame ? source : source.resize(size.width, size.height, { fit: 'fill', kernel: 'linear' });
  // Optimised Huffman tables would save 15 % of the bytes but more than double the time.
  return scaled.jpeg({ quality, chromaSubsampling: '4:2:0', optimiseCoding: false }).toBuffer();
}
