/**
 * A decoded picture in libav's memory, and the JPEG encoders that a camera's renditions share from picture to picture.
 */
import './node20.ts';
import type { AccessUnit } from '@oriel/media-bus';
import type { Rendition } from '@oriel/model';
import { AV_FRAME_FLAG_INTERLACED } from 'node-av/constants';
import type { Frame } from 'node-av/lib';
import type { DecodedPicture, EncodedJpeg } from '../engine.ts';
import { EngineError } from '../engine.ts';
import { type PictureSize, renditionSize } from '../rendition-size.ts';
import { encodeRgbJpeg } from '../rgb-jpeg.ts';
import { elapsedUs } from '../stopwatch.ts';
import { Deinterlacer } from './deinterlacer.ts';
import { RgbScaler } from './rgb-scaler.ts';
import type { Scan } from './scan.ts';

export interface LibavPictureParts {
  readonly accessUnit: AccessUnit;
  readonly releasedBy: AccessUnit;
  readonly frame: Frame;
  readonly scan: Exclude<Scan, 'bottom-field'>;
  readonly decodeUs: number;
  readonly encoders: RenditionEncoders;
  readonly onRelease: (frame: Frame) => void;
}

export class LibavPicture implements DecodedPicture {
  readonly accessUnit: AccessUnit;
  readonly releasedBy: AccessUnit;
  readonly width: number;
  readonly height: number;
  readonly decodeUs: number;
  readonly concealed: boolean;
  readonly #parts: LibavPictureParts;
  /** The deinterlaced frame, made once for all renditions. */
  #whole: Promise<Frame> | undefined;
  #released = false;

  constructor(parts: LibavPictureParts) {
    this.#parts = parts;
    this.accessUnit = parts.accessUnit;
    this.releasedBy = parts.releasedBy;
    this.width = parts.frame.width;
    this.height = parts.scan === 'top-field' ? 2 * parts.frame.height : parts.frame.height;
    // A single field cannot be deinterlaced, and the scaler would refuse it because of the flag.
    if (parts.scan === 'top-field') parts.frame.clearFlags(AV_FRAME_FLAG_INTERLACED);
    this.decodeUs = parts.decodeUs;
    this.concealed = parts.frame.decodeErrorFlags !== 0;
  }

  async encode(rendition: Rendition): Promise<EncodedJpeg> {
    if (this.#released) throw new TypeError('the picture was released');
    const { encoders, frame, scan } = this.#parts;
    const startedNs = process.hrtime.bigint();
    if (scan === 'interlaced') this.#whole ??= encoders.deinterlacer.deinterlace(frame);
    const jpeg = await encoders.encode((await this.#whole) ?? frame, this, rendition);
    return { ...jpeg, encodeUs: elapsedUs(startedNs) };
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    // Settled by now, since all `encode`s are. A failure has already been reported by `encode`.
    void this.#whole?.then((frame) => frame.free()).catch(() => undefined);
    this.#parts.onRelease(this.#parts.frame);
  }
}

/** One scaler per size in use. Pictures of one size are encoded one after the other, different sizes in parallel. */
export class RenditionEncoders {
  readonly deinterlacer = new Deinterlacer();
  readonly #scalers = new Map<string, SizeEncoder>();

  /** @param picture display size of the frame, before it is scaled to the rendition */
  async encode(
    frame: Frame,
    picture: PictureSize,
    { width, quality }: Rendition,
  ): Promise<Omit<EncodedJpeg, 'encodeUs'>> {
    const size = renditionSize(picture, width);
    const key = `${size.width}x${size.height}`;
    let encoder = this.#scalers.get(key);
    if (encoder === undefined) {
      this.#forgetOldest();
      encoder = { scaler: new RgbScaler(size), last: Promise.resolve() };
    }
    // Moved to the end, so that the least recently used size comes first.
    this.#scalers.delete(key);
    this.#scalers.set(key, encoder);

    const { scaler, last } = encoder;
    const turn = last.then(async () => encodeRgbJpeg(await scaler.scale(frame), size, quality));
    encoder.last = turn.catch(() => undefined);
    try {
      return { ...size, data: await turn };
    } catch (cause) {
      if (cause instanceof EngineError) throw cause;
      throw new EngineError('encode-failed', 'the JPEG encoder refused the picture', { cause });
    }
  }

  /** Resolves when the running work is done and the memory is free. */
  async close(): Promise<void> {
    const encoders = [...this.#scalers.values()];
    this.#scalers.clear();
    await Promise.all(encoders.map(freeWhenIdle));
    await this.deinterlacer.close();
  }

  #forgetOldest(): void {
    if (this.#scalers.size < MAX_SIZES) return;
    const [oldest] = this.#scalers;
    if (oldest === undefined) return;
    this.#scalers.delete(oldest[0]);
    void freeWhenIdle(oldest[1]);
  }
}

interface SizeEncoder {
  readonly scaler: RgbScaler;
  /** Settles, never rejects, when the latest picture given to the scaler is encoded. */
  last: Promise<unknown>;
}

/** More sizes than the quality ladder has. Sizes of a resolution that the camera has left are evicted. */
const MAX_SIZES = 16;

async function freeWhenIdle({ scaler, last }: SizeEncoder): Promise<void> {
  await last;
  scaler.free();
}
