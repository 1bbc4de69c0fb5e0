import { nalUnitsOfAnnexB } from '@oriel/codecs';
import '../node20.ts';
import type { VideoCodec } from '@oriel/model';
import {
  AV_LOG_ERROR,
  AV_PIX_FMT_YUV420P,
  AVERROR_EAGAIN,
  FF_ENCODER_LIBX264,
  FF_ENCODER_LIBX265,
  type FFEncoderCodec,
} from 'node-av/constants';
import { Codec, CodecContext, Dictionary, FFmpegError, Frame, Log, Packet, Rational } from 'node-av/lib';
import type { Planes } from './test-picture.ts';
import type { CodedPicture } from './video-source.ts';

export interface VideoEncoderOptions {
  readonly codec: VideoCodec;
  readonly width: number;
  readonly height: number;
  readonly framerate: number;
  readonly gopFrames: number;
  readonly bitrateBps: number;
  /** Slices per picture. */
  readonly slices: number;
}

const CLOCK_HZ = 90_000;
const ROW_ALIGNMENT_BYTES = 32;

/** Runs libx264 or libx265 in this process, without look-ahead and B-frames, so each picture yields one access unit. */
export class VideoEncoder {
  readonly #context: CodecContext;
  readonly #frame: Frame;
  readonly #packet: Packet;

  private constructor(context: CodecContext, frame: Frame, packet: Packet) {
    this.#context = context;
    this.#frame = frame;
    this.#packet = packet;
  }

  static async open(options: VideoEncoderOptions): Promise<VideoEncoder> {
    Log.setLevel(AV_LOG_ERROR);
    const name: FFEncoderCodec = options.codec === 'h264' ? FF_ENCODER_LIBX264 : FF_ENCODER_LIBX265;
    const codec = Codec.findEncoderByName(name);
    if (codec === null) throw new Error(`this build of node-av has no ${name}`);
    const context = new CodecContext();
    context.allocContext3(codec);
    context.width = options.width;
    context.height = options.height;
    context.pixelFormat = AV_PIX_FMT_YUV420P;
    context.timeBase = new Rational(1, CLOCK_HZ);
    context.framerate = new Rational(Math.round(options.framerate * 1000), 1000);
    context.gopSize = options.gopFrames;
    context.maxBFrames = 0;
    context.threadCount = 1;
    context.bitRate = BigInt(options.bitrateBps);
    context.rcMaxRate = BigInt(options.bitrateBps);
    context.rcBufferSize = options.bitrateBps;
    // Not open2Sync: in node-av 6.1.1 it corrupts memory once its dictionary is garbage-collected.
    FFmpegError.throwIfError(
      await context.open2(codec, Dictionary.fromObject(encoderOptions(options))),
      `open ${name}`,
    );
    const frame = new Frame();
    frame.alloc();
    frame.format = AV_PIX_FMT_YUV420P;
    frame.width = options.width;
    frame.height = options.height;
    FFmpegError.throwIfError(frame.getBuffer(ROW_ALIGNMENT_BYTES), 'allocate a picture');
    const packet = new Packet();
    packet.alloc();
    return new VideoEncoder(context, frame, packet);
  }

  /** Planes for the next picture, still holding the last one. Valid until `encode`. */
  planes(): Planes {
    FFmpegError.throwIfError(this.#frame.makeWritable(), 'make the picture writable');
    const [luma, cb, cr] = this.#frame.data ?? [];
    if (luma === undefined || cb === undefined || cr === undefined) throw new Error('the picture has no planes');
    const [lumaStrideBytes = 0, chromaStrideBytes = 0] = this.#frame.linesize;
    return { luma, cb, cr, lumaStrideBytes, chromaStrideBytes };
  }

  /** Encodes the drawn picture off the event loop. @param timeTicks 90 kHz; must increase with every call */
  async encode(timeTicks: number): Promise<CodedPicture> {
    this.#frame.pts = BigInt(timeTicks);
    FFmpegError.throwIfError(await this.#context.sendFrame(this.#frame), 'encode');
    const result = await this.#context.receivePacket(this.#packet);
    if (result === AVERROR_EAGAIN) throw new Error('the encoder holds pictures back');
    FFmpegError.throwIfError(result, 'encode');
    const coded = {
      nalUnits: nalUnitsOfAnnexB(Buffer.from(this.#packet.data ?? [])),
      isKeyframe: this.#packet.isKeyframe,
    };
    this.#packet.unref();
    return coded;
  }

  /** Call only when no `encode` is under way. */
  close(): void {
    this.#packet.free();
    this.#frame.free();
    this.#context.freeContext();
  }
}

function encoderOptions({ codec, gopFrames, slices }: VideoEncoderOptions): Record<string, string> {
  const common = `keyint=${gopFrames}:min-keyint=${gopFrames}:scenecut=0:slices=${slices}`;
  return codec === 'h264'
    ? { preset: 'ultrafast', tune: 'zerolatency', 'x264-params': `${common}:sliced-threads=0` }
    : {
        preset: 'ultrafast',
        tune: 'zerolatency',
        'x265-params': `${common}:log-level=error:pools=none:frame-threads=1`,
      };
}
