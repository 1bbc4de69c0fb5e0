/** Scales and converts decoded pictures of any pixel format, size and colour to packed RGB of one size. */
import './node20.ts';
import { AV_PIX_FMT_RGB24, AVCOL_RANGE_JPEG, AVCOL_SPC_RGB } from 'node-av/constants';
import { Frame, SoftwareScaleContext } from 'node-av/lib';
import { EngineError } from '../engine.ts';
import type { PictureSize } from '../rendition-size.ts';
import type { RgbPicture } from '../rgb-jpeg.ts';

/** Owns one output picture, which the next `scale` overwrites. */
export class RgbScaler {
  readonly #context = new SoftwareScaleContext();
  readonly #output = new Frame();
  readonly #picture: RgbPicture;

  constructor(size: PictureSize) {
    this.#context.allocContext();
    // Area averaging is the cheapest of swscale's filters that does not alias when scaling down.
    this.#context.setOption('sws_flags', 'area');
    this.#output.alloc();
    this.#output.width = size.width;
    this.#output.height = size.height;
    this.#output.format = AV_PIX_FMT_RGB24;
    this.#output.colorRange = AVCOL_RANGE_JPEG;
    this.#output.colorSpace = AVCOL_SPC_RGB;
    // Alignment 1: rows without padding, as the JPEG encoder reads them.
    const code = this.#output.getBuffer(1);
    const data = this.#output.data?.[0];
    if (code < 0 || data === undefined || this.#output.linesize[0] !== size.width * 3) {
      this.free();
      throw new EngineError('encode-failed', `no memory for a picture of ${size.width}x${size.height}`);
    }
    this.#picture = { ...size, data: data.subarray(0, size.width * size.height * 3) };
  }

  /** The picture is valid until the next call or `free`. Set the source's colour range and matrix before. */
  async scale(source: Frame): Promise<RgbPicture> {
    const code = await this.#context.scaleFrame(this.#output, source);
    if (code < 0) throw new EngineError('encode-failed', `the scaler refused the picture (libswscale ${code})`);
    return this.#picture;
  }

  free(): void {
    this.#context.freeContext();
    this.#output.free();
  }
}
