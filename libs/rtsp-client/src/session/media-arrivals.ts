import { PacketRhythm } from './packet-rhythm.ts';

/** When media came, all in milliseconds since the Unix epoch. Packets write it, playback reads it. */
export class MediaArrivals {
  #rhythm = new PacketRhythm();
  #lastVideoMs: number | undefined;
  #lastOtherMs = 0;
  #byeMs: number | undefined;

  /** Playback begins: what came before PLAY was answered does not count. */
  restart(): void {
    this.#rhythm = new PacketRhythm();
    this.#lastVideoMs = undefined;
    this.#lastOtherMs = 0;
    this.#byeMs = undefined;
  }

  onVideoPacket(arrivalTimeUs: number): void {
    this.#lastVideoMs = arrivalTimeUs / 1_000;
    this.#byeMs = undefined;
    this.#rhythm.onPacket(this.#lastVideoMs);
  }

  /** Sound or RTCP: no video, but a sign of life. */
  onOtherPacket(arrivalTimeUs: number): void {
    this.#lastOtherMs = arrivalTimeUs / 1_000;
  }

  /** RTCP BYE: the stream is over, unless packets go on (RFC 3550 §6.6). */
  onBye(nowMs: number): void {
    this.#byeMs ??= nowMs;
  }

  /** Of the video. */
  get rhythm(): PacketRhythm {
    return this.#rhythm;
  }

  /** Undefined before the first packet. */
  get lastVideoMs(): number | undefined {
    return this.#lastVideoMs;
  }

  /** 0 before the first packet. */
  get lastOtherMs(): number {
    return this.#lastOtherMs;
  }

  /** Undefined without a BYE, or when video came after it. */
  get byeMs(): number | undefined {
    return this.#byeMs;
  }
}
