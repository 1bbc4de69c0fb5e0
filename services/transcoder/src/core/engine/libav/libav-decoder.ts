/** Decodes one camera in this process with libavcodec: no child process, no parser, one thread, no delay. */
import './node20.ts';
import type { AccessUnit } from '@oriel/media-bus';
import {
  AV_CODEC_FLAG_LOW_DELAY,
  AV_CODEC_ID_H264,
  AV_CODEC_ID_HEVC,
  type AVCodecID,
  AVERROR_EAGAIN,
  FF_THREAD_SLICE,
} from 'node-av/constants';
import { Codec, CodecContext, FFmpegError, Frame, Packet } from 'node-av/lib';
import {
  type CameraDecoder,
  type DecodedPicture,
  type DecodeResult,
  EngineError,
  MAX_PICTURE_PIXELS,
  tooLarge,
} from '../engine.ts';
import { elapsedUs } from '../stopwatch.ts';
import { LibavPicture, RenditionEncoders } from './libav-picture.ts';
import { scanOf } from './scan.ts';
import { sourceMatrix, sourceRange } from './source-color.ts';

export class LibavDecoder implements CameraDecoder {
  readonly #packet = new Packet();
  readonly #encoders = new RenditionEncoders();
  /** Access units in the decoder, by packet number. libavcodec returns that number as the picture's timestamp. */
  readonly #inFlight = new Map<bigint, AccessUnit>();
  readonly #spareFrames: Frame[] = [];
  #context: { readonly codec: AccessUnit['codec']; readonly decoder: CodecContext } | undefined;
  #packetNumber = 0n;
  #needsKeyframe = true;
  #busy: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor() {
    this.#packet.alloc();
  }

  decode(accessUnit: AccessUnit): Promise<DecodeResult> {
    if (this.#closed) throw new TypeError('the decoder was closed');
    const result = this.#decode(accessUnit);
    this.#busy = result.catch(() => undefined);
    return result;
  }

  reset(): void {
    this.#needsKeyframe = true;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#busy;
    this.#context?.decoder.freeContext();
    this.#context = undefined;
    this.#packet.free();
    for (const frame of this.#spareFrames.splice(0)) frame.free();
    await this.#encoders.close();
  }

  async #decode(accessUnit: AccessUnit): Promise<DecodeResult> {
    const refused = tooLarge(accessUnit);
    if (refused !== undefined) {
      this.#needsKeyframe = true;
      return { ok: false, fault: refused };
    }
    const isOtherCodec = this.#context !== undefined && this.#context.codec !== accessUnit.codec;
    if (this.#needsKeyframe || isOtherCodec) {
      if (!accessUnit.isKeyframe) return fault('no-keyframe', 'a picture before the first keyframe');
      this.#inFlight.clear();
      this.#context?.decoder.flushBuffers();
      this.#needsKeyframe = false;
    }
    const decoder = await this.#decoderFor(accessUnit);
    const startedNs = process.hrtime.bigint();
    this.#packet.data = asBuffer(accessUnit.data);
    this.#packet.pts = this.#remember(accessUnit);
    const sent = await decoder.sendPacket(this.#packet);
    this.#packet.unref();
    if (sent < 0) return this.#corrupt(sent);
    return this.#receive(decoder, accessUnit, startedNs);
  }

  /**
   * Takes all pictures that are ready. Synchronous: with one thread, `sendPacket` did the work off the event loop, and
   * this only moves references. Two more trips through libuv's thread pool would cost more.
   */
  #receive(decoder: CodecContext, releasedBy: AccessUnit, startedNs: bigint): DecodeResult {
    let sinceNs = startedNs;
    const pictures: DecodedPicture[] = [];
    for (;;) {
      const frame = this.#takeFrame();
      const received = decoder.receiveFrameSync(frame);
      if (received < 0) {
        this.#giveBack(frame);
        if (received === AVERROR_EAGAIN) return { ok: true, pictures };
        for (const picture of pictures) picture.release();
        return this.#corrupt(received);
      }
      const accessUnit = this.#inFlight.get(frame.pts);
      this.#inFlight.delete(frame.pts);
      const scan = scanOf(frame, releasedBy.codec);
      if (accessUnit === undefined || scan === 'bottom-field') {
        this.#giveBack(frame);
        continue;
      }
      frame.colorSpace = sourceMatrix(frame.colorSpace, frame);
      frame.colorRange = sourceRange(frame.colorRange);
      pictures.push(
        new LibavPicture({
          accessUnit,
          releasedBy,
          frame,
          scan,
          decodeUs: elapsedUs(sinceNs),
          encoders: this.#encoders,
          onRelease: (released) => this.#giveBack(released),
        }),
      );
      sinceNs = process.hrtime.bigint();
    }
  }

  #corrupt(code: number): DecodeResult {
    this.#needsKeyframe = true;
    return fault('corrupt', `the decoder cannot read the camera's pictures (${FFmpegError.strerror(code)})`);
  }

  async #decoderFor({ codec }: AccessUnit): Promise<CodecContext> {
    if (this.#context?.codec === codec) return this.#context.decoder;
    this.#context?.decoder.freeContext();
    this.#context = undefined;
    this.#inFlight.clear();
    const decoder = await openDecoder(CODEC_IDS[codec]);
    this.#context = { codec, decoder };
    return decoder;
  }

  #remember(accessUnit: AccessUnit): bigint {
    this.#packetNumber += 1n;
    this.#inFlight.set(this.#packetNumber, accessUnit);
    // Access units that never yield a picture (second fields, damage) must not pile up.
    for (const oldest of this.#inFlight.keys()) {
      if (this.#inFlight.size <= MAX_IN_FLIGHT) break;
      this.#inFlight.delete(oldest);
    }
    return this.#packetNumber;
  }

  #takeFrame(): Frame {
    const spare = this.#spareFrames.pop();
    if (spare !== undefined) return spare;
    const frame = new Frame();
    frame.alloc();
    return frame;
  }

  #giveBack(frame: Frame): void {
    if (this.#closed || this.#spareFrames.length >= MAX_SPARE_FRAMES) {
      frame.free();
      return;
    }
    frame.unref();
    this.#spareFrames.push(frame);
  }
}

/**
 * The decoded picture buffer holds at most 16 frames (ITU-T H.264 A.3.1 h, H.265 A.4.2), and one more is coming in.
 * Each may be two fields.
 */
const MAX_IN_FLIGHT = 34;
const MAX_SPARE_FRAMES = 3;

const CODEC_IDS: Readonly<Record<AccessUnit['codec'], AVCodecID>> = { h264: AV_CODEC_ID_H264, h265: AV_CODEC_ID_HEVC };

/** @throws EngineError (`unavailable`) */
export async function openDecoder(codecId: AVCodecID): Promise<CodecContext> {
  const codec = Codec.findDecoder(codecId);
  if (codec === null) throw new EngineError('unavailable', `this FFmpeg build has no decoder for codec ${codecId}`);
  const decoder = new CodecContext();
  decoder.allocContext3(codec);
  // Frame threads would hold back one picture per thread. Slice threads hold back none, but cameras seldom send slices.
  decoder.threadCount = 1;
  decoder.threadType = FF_THREAD_SLICE;
  decoder.setFlags(AV_CODEC_FLAG_LOW_DELAY);
  // Also guards against a stream whose size differs from what its access unit says.
  decoder.setOption('max_pixels', `${MAX_PICTURE_PIXELS}`);
  const code = await decoder.open2();
  if (code >= 0) return decoder;
  decoder.freeContext();
  throw new EngineError('unavailable', `the decoder could not be opened: ${FFmpegError.strerror(code)}`);
}

function fault(reason: 'no-keyframe' | 'corrupt', message: string): DecodeResult {
  return { ok: false, fault: { reason, message } };
}

function asBuffer(data: Uint8Array): Buffer {
  return Buffer.isBuffer(data) ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
