import { randomBytes } from 'node:crypto';
import { BARCODE_HEIGHT_DIVISOR, drawBarcode } from './barcode.ts';
import { GLYPH_COLUMNS, GLYPH_ROWS, glyphDot } from './glyphs.ts';

export interface TestPictureOptions {
  readonly width: number;
  readonly height: number;
  /** Shown in the picture. May contain letters, digits and `:.-/#`. */
  readonly name: string;
  /** Adds a band of noise, which no encoder can predict, so that the full bit rate is used. */
  readonly noise: boolean;
}

/** The planes of an 8-bit 4:2:0 picture. */
export interface Planes {
  readonly luma: Buffer;
  readonly cb: Buffer;
  readonly cr: Buffer;
  readonly lumaStrideBytes: number;
  readonly chromaStrideBytes: number;
}

/** 75 % colour bars (ITU-R BT.709, limited range) as luma, Cb, Cr. */
const BARS = [
  [180, 128, 128],
  [168, 44, 136],
  [145, 147, 44],
  [134, 63, 52],
  [63, 193, 204],
  [51, 109, 212],
  [28, 212, 120],
] as const;

const LUMA_DARK = 16;
const LUMA_BRIGHT = 235;
const NOISE_BYTES = 1 << 20;

/** Draws what the camera sees: colour bars, a moving bar, its name, the clock, a frame counter, and the time as a barcode. */
export class TestPicture {
  readonly #options: TestPictureOptions;
  readonly #noise: Buffer;
  #movedFrom = 0;

  constructor(options: TestPictureOptions) {
    this.#options = options;
    this.#noise = options.noise ? randomBytes(NOISE_BYTES) : Buffer.alloc(0);
  }

  /** Draws the static parts. Call once, before the first `drawFrame` into these planes. */
  drawBackground({ luma, cb, cr, lumaStrideBytes, chromaStrideBytes }: Planes): void {
    const { width, height } = this.#options;
    for (let column = 0; column < width; column++) {
      luma[column] = BARS[Math.floor((column * BARS.length) / width)]?.[0] ?? LUMA_DARK;
    }
    for (let row = 1; row < height; row++) luma.copyWithin(row * lumaStrideBytes, 0, width);
    const chromaWidth = Math.ceil(width / 2);
    for (let column = 0; column < chromaWidth; column++) {
      const bar = BARS[Math.floor((column * BARS.length) / chromaWidth)];
      cb[column] = bar?.[1] ?? 128;
      cr[column] = bar?.[2] ?? 128;
    }
    const barcodeRows = Math.ceil(height / BARCODE_HEIGHT_DIVISOR / 2);
    for (let row = 1; row < Math.ceil(height / 2); row++) {
      cb.copyWithin(row * chromaStrideBytes, 0, chromaWidth);
      cr.copyWithin(row * chromaStrideBytes, 0, chromaWidth);
    }
    for (let row = 0; row <= barcodeRows; row++) {
      cb.fill(128, row * chromaStrideBytes, row * chromaStrideBytes + chromaWidth);
      cr.fill(128, row * chromaStrideBytes, row * chromaStrideBytes + chromaWidth);
    }
  }

  /** Draws the parts that change with every frame. @param timeUs since the Unix epoch */
  drawFrame(planes: Planes, frameNumber: number, timeUs: number): void {
    const { width, height, name } = this.#options;
    this.#moveBar(planes, frameNumber);
    if (this.#options.noise) this.#drawNoise(planes, frameNumber);
    const scale = Math.max(1, Math.floor(height / 180));
    const line = (GLYPH_ROWS + 3) * scale;
    const top = Math.round(height * 0.12);
    const clock = new Date(timeUs / 1000).toISOString().slice(11, 23);
    const lines = [name, clock, `#${frameNumber}`];
    lines.forEach((text, index) => {
      drawText(planes, text.padEnd(12), { left: Math.round(width * 0.04), top: top + index * line, scale, width });
    });
    drawBarcode({ data: planes.luma, width, height, strideBytes: planes.lumaStrideBytes }, timeUs);
  }

  #moveBar({ luma, lumaStrideBytes }: Planes, frameNumber: number): void {
    const { width, height } = this.#options;
    const barWidth = Math.ceil(width / 40);
    const left = (frameNumber * Math.ceil(width / 120)) % (width - barWidth);
    const top = Math.round(height * 0.45);
    const bottom = Math.round(height * 0.6);
    const background = luma.subarray((height - 1) * lumaStrideBytes, (height - 1) * lumaStrideBytes + width);
    for (let row = top; row < bottom; row++) {
      const start = row * lumaStrideBytes;
      background.copy(luma, start + this.#movedFrom, this.#movedFrom, this.#movedFrom + barWidth);
      luma.fill(LUMA_BRIGHT, start + left, start + left + barWidth);
    }
    this.#movedFrom = left;
  }

  #drawNoise({ luma, lumaStrideBytes }: Planes, frameNumber: number): void {
    const { width, height } = this.#options;
    const bottom = Math.round(height * 0.9);
    for (let row = Math.round(height * 0.65); row < bottom; row++) {
      const from = ((frameNumber * 7919 + row * 104_729) * 61) % (NOISE_BYTES - width);
      this.#noise.copy(luma, row * lumaStrideBytes, from, from + width);
    }
  }
}

interface TextPlace {
  readonly left: number;
  readonly top: number;
  /** Pixels per dot. */
  readonly scale: number;
  readonly width: number;
}

function drawText({ luma, lumaStrideBytes }: Planes, text: string, { left, top, scale, width }: TextPlace): void {
  const pitch = (GLYPH_COLUMNS + 1) * scale;
  const end = Math.min(width, left + text.length * pitch);
  for (let row = -1; row <= GLYPH_ROWS; row++) {
    const start = (top + (row + 1) * scale) * lumaStrideBytes;
    luma.fill(LUMA_DARK, start + left, start + end);
    for (let index = 0; index < text.length; index++) {
      for (let column = 0; column < GLYPH_COLUMNS; column++) {
        const dot = left + index * pitch + column * scale;
        if (dot + scale > end || !glyphDot(text[index] ?? ' ', column, row)) continue;
        luma.fill(LUMA_BRIGHT, start + dot, start + dot + scale);
      }
    }
    for (let copy = 1; copy < scale; copy++) {
      luma.copyWithin(start + copy * lumaStrideBytes + left, start + left, start + end);
    }
  }
}
