/**
 * Decodes one camera in a child process. The child does not say which access unit a picture belongs to, so the order
 * must show it: one access unit is in the child at a time or, with B-frames, as many as the child holds back.
 */
import type { AccessUnit } from '@oriel/media-bus';
import type { Rendition } from '@oriel/model';
import {
  type CameraDecoder,
  type DecodedPicture,
  type DecodeFaultReason,
  type DecodeResult,
  type EncodedJpeg,
  EngineError,
  tooLarge,
} from '../engine.ts';
import { renditionSize } from '../rendition-size.ts';
import { encodeRgbJpeg, type RgbPicture } from '../rgb-jpeg.ts';
import { elapsedUs } from '../stopwatch.ts';
import { BufferPool } from './buffer-pool.ts';
import { FieldPairs, pictureOutputOf } from './coded-pictures.ts';
import { FfmpegProcess } from './ffmpeg-process.ts';

export interface FfmpegDecoderOptions {
  readonly inputOptions: readonly string[];
  /**
   * How long the first picture may take once the child runs. After that, the camera counts as one with B-frames.
   * @defaultValue 3000
   */
  readonly startDeadlineMs?: number;
  /** How long each further picture may take. After that, the access unit counts as damaged. @defaultValue 1000 */
  readonly pictureDeadlineMs?: number;
}

export class FfmpegDecoder implements CameraDecoder {
  readonly #options: FfmpegDecoderOptions;
  readonly #pool = new BufferPool();
  readonly #children = new Set<FfmpegProcess>();
  #session: Session | undefined;
  #died = false;
  #busy: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(options: FfmpegDecoderOptions) {
    this.#options = options;
  }

  decode(accessUnit: AccessUnit): Promise<DecodeResult> {
    if (this.#closed) throw new TypeError('the decoder was closed');
    const result = this.#decode(accessUnit);
    this.#busy = result;
    return result;
  }

  reset(): void {
    this.#session?.child.kill();
    this.#session?.discard();
    this.#session = undefined;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#busy;
    this.reset();
    await Promise.all([...this.#children].map(({ ended }) => ended));
  }

  async #decode(accessUnit: AccessUnit): Promise<DecodeResult> {
    const refused = tooLarge(accessUnit);
    if (refused !== undefined) {
      this.reset();
      return { ok: false, fault: refused };
    }
    const session = this.#sessionFor(accessUnit);
    if (session === undefined) {
      const reason = this.#died ? 'died' : 'no-keyframe';
      this.#died = false;
      return fault(reason, 'a picture before the first keyframe');
    }
    const startedNs = process.hrtime.bigint();
    const mapped = await session.decode(accessUnit);
    if (mapped === 'died' || mapped === 'corrupt') {
      this.reset();
      return fault(mapped, session.endMessage ?? "the decoder cannot read the camera's pictures");
    }
    // The time was spent on all of them together, so it is split.
    const decodeUs = elapsedUs(startedNs) / Math.max(1, mapped.length);
    return {
      ok: true,
      pictures: mapped.map((picture) => new RgbDecodedPicture(picture, accessUnit, decodeUs, this.#pool)),
    };
  }

  /** A child decodes one stream of one size. A keyframe of another starts a new child. */
  #sessionFor(accessUnit: AccessUnit): Session | undefined {
    const current = this.#session;
    if (current?.endMessage !== undefined) {
      this.#session = undefined;
      this.#died = true;
    } else if (current?.isOf(accessUnit)) {
      return current;
    }
    if (!accessUnit.isKeyframe) return undefined;
    this.#died = false;
    this.reset();
    this.#session = new Session(accessUnit, this.#options, this.#pool);
    const { child } = this.#session;
    this.#children.add(child);
    void child.ended.then(() => this.#children.delete(child));
    return this.#session;
  }
}

interface MappedPicture {
  readonly accessUnit: AccessUnit;
  readonly rgb: RgbPicture;
}

/** One child process, from start to end. */
class Session {
  readonly child: FfmpegProcess;
  endMessage: string | undefined;
  readonly #first: AccessUnit;
  readonly #options: FfmpegDecoderOptions;
  readonly #pool: BufferPool;
  /** Access units in the child without a picture yet. A frame of two fields is represented by its first field. */
  readonly #waiting: AccessUnit[] = [];
  readonly #fields = new FieldPairs();
  #pictures: MappedPicture[] = [];
  /** How many pictures the child holds back: signalled by the camera, or learnt from the first picture. */
  #heldBack: number | undefined;
  #saysHowMany: boolean;
  #hasGiven = false;
  /** The first field of a frame is in the child, the second is not. */
  #hasHalf = false;
  #onNews: () => void = () => undefined;

  constructor(first: AccessUnit, options: FfmpegDecoderOptions, pool: BufferPool) {
    this.#first = first;
    this.#options = options;
    this.#pool = pool;
    const { reorder, isInterlaced } = pictureOutputOf(first);
    this.#heldBack = reorder;
    this.#saysHowMany = reorder !== undefined;
    this.child = new FfmpegProcess({
      input: { codec: first.codec, width: first.width, height: first.height, isInterlaced },
      inputOptions: options.inputOptions,
      allocate: (bytes) => pool.take(bytes),
      onPicture: (rgb) => this.#take(rgb),
      onEnd: (message) => {
        this.endMessage = message;
        this.#onNews();
      },
    });
  }

  isOf({ codec, width, height }: AccessUnit): boolean {
    return codec === this.#first.codec && width === this.#first.width && height === this.#first.height;
  }

  async decode(accessUnit: AccessUnit): Promise<readonly MappedPicture[] | 'corrupt' | 'died'> {
    const coded = this.#fields.see(accessUnit);
    this.#hasHalf = coded === 'first';
    if (coded !== 'second') this.#waiting.push(accessUnit);
    this.child.write(accessUnit.data);
    const isComplete = await this.#settled();
    if (this.endMessage !== undefined) return 'died';
    const isStarting = this.#heldBack === undefined && this.#waiting.length < MAX_HELD_BACK;
    return isComplete || isStarting ? this.#pictures.splice(0) : 'corrupt';
  }

  /** Returns the buffers of pictures that nobody took. */
  discard(): void {
    for (const { rgb } of this.#pictures.splice(0)) this.#pool.giveBack(rgb.data);
  }

  /** Pictures arrive in presentation order, so each belongs to the earliest access unit waiting. */
  #take(rgb: RgbPicture): void {
    let index = 0;
    for (let at = 1; at < this.#waiting.length; at++) {
      if (timeOf(this.#waiting[at]) < timeOf(this.#waiting[index])) index = at;
    }
    const [accessUnit] = this.#waiting.splice(index, 1);
    // Damage can produce a second picture for an access unit; it belongs nowhere.
    if (accessUnit === undefined) {
      this.#pool.giveBack(rgb.data);
      return;
    }
    this.#pictures.push({ accessUnit, rgb });
    this.#hasGiven = true;
    if (!this.#saysHowMany) this.#heldBack = Math.min(this.#heldBack ?? Number.POSITIVE_INFINITY, this.#waiting.length);
    this.#onNews();
  }

  /** Resolves with true when the child holds no more than it is meant to hold back, and with false on a timeout. */
  async #settled(): Promise<boolean> {
    const isSettled = () =>
      this.endMessage !== undefined || this.#waiting.length - (this.#hasHalf ? 1 : 0) <= (this.#heldBack ?? 0);
    // The program is still starting.
    const isFirst = !this.#hasGiven && this.#waiting.length <= 1 + (this.#heldBack ?? 0);
    const { startDeadlineMs = START_DEADLINE_MS, pictureDeadlineMs = PICTURE_DEADLINE_MS } = this.#options;
    await Promise.race([this.child.started, this.child.ended]);
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      if (isSettled()) resolve();
      this.#onNews = () => isSettled() && resolve();
      timer = setTimeout(resolve, isFirst ? startDeadlineMs : pictureDeadlineMs);
    });
    clearTimeout(timer);
    this.#onNews = () => undefined;
    return isSettled();
  }
}

class RgbDecodedPicture implements DecodedPicture {
  readonly accessUnit: AccessUnit;
  readonly width: number;
  readonly height: number;
  readonly concealed = false;
  #isReleased = false;

  constructor(
    private readonly mapped: MappedPicture,
    readonly releasedBy: AccessUnit,
    readonly decodeUs: number,
    private readonly pool: BufferPool,
  ) {
    this.accessUnit = mapped.accessUnit;
    this.width = mapped.rgb.width;
    this.height = mapped.rgb.height;
  }

  async encode({ width, quality }: Rendition): Promise<EncodedJpeg> {
    if (this.#isReleased) throw new TypeError('the picture was released');
    const startedNs = process.hrtime.bigint();
    const size = renditionSize(this, width);
    try {
      const data = await encodeRgbJpeg(this.mapped.rgb, size, quality);
      return { ...size, data, encodeUs: elapsedUs(startedNs) };
    } catch (cause) {
      throw new EngineError('encode-failed', 'the JPEG encoder refused the picture', { cause });
    }
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.pool.giveBack(this.mapped.rgb.data);
  }
}

/** Time to start a program, and perhaps to open a hardware decoder. */
const START_DEADLINE_MS = 3_000;
const PICTURE_DEADLINE_MS = 1_000;
/** The decoded picture buffer holds at most 16 pictures (ITU-T H.264 A.3.1 h), and one more is coming in. */
const MAX_HELD_BACK = 17;

function timeOf(accessUnit: AccessUnit | undefined): number {
  return accessUnit?.rtpTimeTicks ?? Number.POSITIVE_INFINITY;
}

function fault(reason: DecodeFaultReason, message: string): DecodeResult {
  return { ok: false, fault: { reason, message } };
}
