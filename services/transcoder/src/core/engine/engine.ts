/**
 * The decoder as the transcoder sees it: access units in, pictures out, and each picture encodes itself to the JPEG of
 * a rendition. `test/engine-conformance.ts` is the contract that every engine must pass; `libav/` and `ffmpeg/` are the
 * two engines.
 */
import type { AccessUnit } from '@oriel/media-bus';
import type { Rendition } from '@oriel/model';

export type EngineName = 'libav' | 'ffmpeg';

export interface Engine {
  readonly name: EngineName;
  /** Resolves if the engine works on this host. @throws EngineError (`unavailable`) that says what is missing */
  check(): Promise<void>;
  openCamera(): CameraDecoder;
}

/** Decodes one camera. Not reentrant: one `decode` at a time. */
export interface CameraDecoder {
  /**
   * Decodes the access unit off the event loop. The first one, and the first after a fault or `reset`, must be a
   * keyframe; any other yields the fault `no-keyframe`. Codec and size may change at any keyframe.
   *
   * Never rejects because of what the camera sent.
   */
  decode(accessUnit: AccessUnit): Promise<DecodeResult>;
  /** Discards all reference pictures: the next access unit must be a keyframe. */
  reset(): void;
  /** Frees memory and processes, after a running `decode` has been answered. Pictures not yet released stay valid. */
  close(): Promise<void>;
}

export type DecodeResult =
  | {
      readonly ok: true;
      /**
       * The pictures released, in presentation order; none while the decoder waits for more (B-frames, the second field
       * of a frame). Release each.
       */
      readonly pictures: readonly DecodedPicture[];
    }
  | { readonly ok: false; readonly fault: DecodeFault };

/**
 * `too-large`: more pixels than {@link MAX_PICTURE_PIXELS}. `died`: the engine failed, not the camera; the next
 * keyframe restarts it.
 */
export type DecodeFaultReason = 'no-keyframe' | 'corrupt' | 'too-large' | 'died';

/** Luma samples of the largest picture of level 6.2 (ITU-T H.264 table A-1, MaxFS; H.265 table A.8, MaxLumaPs). */
export const MAX_PICTURE_PIXELS = 35_651_584;

/** The fault of an access unit whose pictures exceed {@link MAX_PICTURE_PIXELS}. */
export function tooLarge({ width, height }: Pick<AccessUnit, 'width' | 'height'>): DecodeFault | undefined {
  if (width * height <= MAX_PICTURE_PIXELS) return undefined;
  return {
    reason: 'too-large',
    message: `the camera's picture of ${width}x${height} is too large: H.264 and H.265 allow up to 8192x4320`,
  };
}

export interface DecodeFault {
  readonly reason: DecodeFaultReason;
  readonly message: string;
}

export interface DecodedPicture {
  /** The access unit it shows; with B-frames not the latest one decoded. */
  readonly accessUnit: AccessUnit;
  /**
   * The access unit that released it from the decoder, the latest one decoded. Nobody could have shown the picture
   * earlier.
   */
  readonly releasedBy: AccessUnit;
  /** Size of the whole frame, even if the stream codes its fields as pictures of half the height (H.265). */
  readonly width: number;
  readonly height: number;
  /** Its share of the decoding time of the access unit that released it, in microseconds. */
  readonly decodeUs: number;
  /** The decoder had to guess parts of it after loss or damage. */
  readonly concealed: boolean;
  /** Deinterlaces, scales and encodes off the event loop. @throws EngineError (`encode-failed`) */
  encode(rendition: Rendition): Promise<EncodedJpeg>;
  /** Frees the memory. Call it after all `encode`s have settled, and do not use the picture afterwards. */
  release(): void;
}

export interface EncodedJpeg {
  readonly width: number;
  readonly height: number;
  /** Time for colour conversion, scaling and JPEG encoding, in microseconds. */
  readonly encodeUs: number;
  /** One whole JPEG: full range, BT.601 (JFIF), 4:2:0, the IJG's quantiser tables for the rendition's quality. */
  readonly data: Uint8Array;
}

export type EngineErrorCode = 'unavailable' | 'encode-failed';

export class EngineError extends Error {
  override readonly name = 'EngineError';

  constructor(
    readonly code: EngineErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
