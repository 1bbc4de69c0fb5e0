/** Splits a stream of binary PPM pictures (netpbm: `P6 <width> <height> 255`, one white space, RGB bytes). */
import { MAX_PICTURE_PIXELS } from '../engine.ts';
import type { RgbPicture } from '../rgb-jpeg.ts';

export interface PpmSplitterOptions {
  readonly onPicture: (picture: RgbPicture) => void;
  /** Allocates a buffer of at least this size for a picture; whoever finishes with the picture gives it back. */
  readonly allocate: (bytes: number) => Buffer;
}

export class PpmSplitter {
  readonly #options: PpmSplitterOptions;
  #header = '';
  #size: { readonly width: number; readonly height: number } | undefined;
  #data: Buffer = NONE;
  #filledBytes = 0;

  constructor(options: PpmSplitterOptions) {
    this.#options = options;
  }

  /** @throws RangeError if the stream is not PPM, or a picture is larger than any camera's */
  push(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#size === undefined) rest = this.#readHeader(rest);
      else rest = this.#readPixels(rest, this.#size);
    }
  }

  #readHeader(chunk: Buffer): Buffer {
    const text = this.#header + chunk.toString('latin1', 0, MAX_HEADER_BYTES);
    const [header, width = '', height = ''] = /^P6\s(\d{1,5})\s(\d{1,5})\s255\s/.exec(text) ?? [];
    if (header === undefined) {
      if (text.length >= MAX_HEADER_BYTES || !'P6'.startsWith(text.slice(0, 2)))
        throw new RangeError('not a PPM picture');
      this.#header = text;
      return NONE;
    }
    this.#size = { width: Number(width), height: Number(height) };
    const bytes = this.#size.width * this.#size.height * 3;
    if (bytes === 0 || bytes > MAX_PICTURE_BYTES) throw new RangeError(`a picture of ${width}x${height}`);
    const consumed = header.length - this.#header.length;
    this.#header = '';
    this.#data = this.#options.allocate(bytes).subarray(0, bytes);
    this.#filledBytes = 0;
    return chunk.subarray(consumed);
  }

  #readPixels(chunk: Buffer, size: { readonly width: number; readonly height: number }): Buffer {
    const copied = chunk.copy(this.#data, this.#filledBytes);
    this.#filledBytes += copied;
    if (this.#filledBytes === this.#data.length) {
      const picture = { ...size, data: this.#data };
      this.#size = undefined;
      this.#data = NONE;
      this.#options.onPicture(picture);
    }
    return chunk.subarray(copied);
  }
}

const NONE = Buffer.alloc(0);
/** The longest header that the pattern accepts has 19 bytes. */
const MAX_HEADER_BYTES = 32;
const MAX_PICTURE_BYTES = MAX_PICTURE_PIXELS * 3;
