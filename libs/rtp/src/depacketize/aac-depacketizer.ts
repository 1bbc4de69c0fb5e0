/** AAC over RTP: AU headers, several access units in a packet, or one in several (RFC 3640 §3.2). Tolerates what cameras do. */
import { adtsFrameBytes, BitReader, isAdts, withoutAdts } from '@oriel/codecs';
import type { RtpPacket } from '../packet/rtp-packet.ts';
import type { AudioDepacketizerDeps } from './audio-frame.ts';

/** How access units are framed, from the `a=fmtp` of RFC 3640 §4.1. */
export interface AacFraming {
  /** Bits of AU-size, from `sizelength` [13]. */
  readonly sizeLengthBits?: number;
  /** Bits of AU-Index, from `indexlength` [3]. */
  readonly indexLengthBits?: number;
  /** Bits of AU-Index-delta, from `indexdeltalength` [3]. */
  readonly indexDeltaLengthBits?: number;
  /** As the AudioSpecificConfig says [1024]. */
  readonly samplesPerFrame?: number;
}

export interface AacDepacketizerOptions extends AudioDepacketizerDeps, AacFraming {
  /** Largest access unit [8 KiB]. */
  readonly maxFrameBytes?: number;
}

export class AacDepacketizer {
  readonly #sizeLengthBits: number;
  readonly #indexLengthBits: number;
  readonly #indexDeltaLengthBits: number;
  readonly #samplesPerFrame: number;
  readonly #maxFrameBytes: number;
  #lostPackets = 0;
  /** The access unit whose fragments are arriving. */
  #fragments: { readonly data: Uint8Array; readonly rtpTimestamp: number; filledBytes: number } | undefined;

  constructor(private readonly options: AacDepacketizerOptions) {
    this.#sizeLengthBits = options.sizeLengthBits ?? 13;
    this.#indexLengthBits = options.indexLengthBits ?? 3;
    this.#indexDeltaLengthBits = options.indexDeltaLengthBits ?? 3;
    this.#samplesPerFrame = options.samplesPerFrame ?? 1024;
    this.#maxFrameBytes = options.maxFrameBytes ?? 8 * 1024;
  }

  push({ payload, rtpTimestamp }: RtpPacket, lostPackets: number, arrivalTimeUs: number): void {
    this.#lostPackets += lostPackets;
    if (lostPackets > 0) this.#abandonFragments();
    if (isAdts(payload)) {
      this.#adts(payload, rtpTimestamp, arrivalTimeUs);
      return;
    }
    const sizes = this.#readHeaders(payload);
    if (sizes === undefined) return;
    const first = sizes.sizesBytes[0];
    if (sizes.sizesBytes.length === 1 && first !== undefined && first > payload.length - sizes.dataOffset) {
      this.#fragment(payload.subarray(sizes.dataOffset), first, rtpTimestamp, arrivalTimeUs);
      return;
    }
    this.#abandonFragments();
    this.#whole(payload, sizes, rtpTimestamp, arrivalTimeUs);
  }

  /** Drops the unfinished access unit: its rest will not come. */
  restart(): void {
    this.#abandonFragments();
  }

  /** Reads the AU header section, whose length is in bits, padded to whole bytes. */
  #readHeaders(payload: Uint8Array): { sizesBytes: number[]; dataOffset: number } | undefined {
    const reader = new BitReader(payload);
    const headerBits = reader.bits(16);
    const dataOffset = 2 + Math.ceil(headerBits / 8);
    if (reader.failed || headerBits === 0 || dataOffset > payload.length) {
      this.options.onFault('au-headers-past-end');
      return undefined;
    }
    const sizesBytes: number[] = [];
    let leftBits = headerBits;
    for (;;) {
      const indexBits = sizesBytes.length === 0 ? this.#indexLengthBits : this.#indexDeltaLengthBits;
      const neededBits = this.#sizeLengthBits + indexBits;
      if (leftBits < neededBits || neededBits === 0 || sizesBytes.length === MAX_FRAMES_PER_PACKET) break;
      sizesBytes.push(reader.bits(this.#sizeLengthBits));
      // Interleaved access units are out of order in time: rare, and their times would come out wrong.
      if (reader.bits(indexBits) !== 0) {
        this.options.onFault('au-index-unsupported');
        return undefined;
      }
      leftBits -= neededBits;
    }
    return { sizesBytes, dataOffset };
  }

  #whole(
    payload: Uint8Array,
    { sizesBytes, dataOffset }: { sizesBytes: number[]; dataOffset: number },
    rtpTimestamp: number,
    arrivalTimeUs: number,
  ): void {
    let position = dataOffset;
    for (const [i, sizeBytes] of sizesBytes.entries()) {
      const end = position + sizeBytes;
      if (end > payload.length) {
        this.options.onFault('au-past-end');
        return;
      }
      const timestamp = (rtpTimestamp + i * this.#samplesPerFrame) >>> 0;
      // Some cameras wrap access units in ADTS although AU headers give their size.
      if (sizeBytes > 0) this.#emit(withoutAdts(payload.subarray(position, end)), timestamp, arrivalTimeUs);
      position = end;
    }
  }

  /** Each fragment carries the size of the whole access unit (RFC 3640 §3.2.3). */
  #fragment(data: Uint8Array, sizeBytes: number, rtpTimestamp: number, arrivalTimeUs: number): void {
    if (sizeBytes > this.#maxFrameBytes) {
      this.#abandonFragments();
      this.options.onFault('au-too-large');
      return;
    }
    if (this.#fragments?.rtpTimestamp !== rtpTimestamp || this.#fragments.data.length !== sizeBytes) {
      this.#abandonFragments();
      // After loss this may be a later fragment; it is then dropped when the next timestamp arrives first.
      this.#fragments = { data: new Uint8Array(sizeBytes), rtpTimestamp, filledBytes: 0 };
    }
    const fragments = this.#fragments;
    const taken = data.subarray(0, sizeBytes - fragments.filledBytes);
    fragments.data.set(taken, fragments.filledBytes);
    fragments.filledBytes += taken.length;
    if (fragments.filledBytes < sizeBytes) return;
    this.#fragments = undefined;
    this.#emit(withoutAdts(fragments.data), rtpTimestamp, arrivalTimeUs);
  }

  #abandonFragments(): void {
    if (this.#fragments === undefined) return;
    this.#fragments = undefined;
    this.options.onFault('au-fragments-incomplete');
  }

  /** Some cameras send ADTS frames without AU headers (go2rtc#1328). Read as an AU header length, FFF1 would mean 8 KiB of headers. */
  #adts(payload: Uint8Array, rtpTimestamp: number, arrivalTimeUs: number): void {
    let position = 0;
    for (let i = 0; i < MAX_FRAMES_PER_PACKET && isAdts(payload.subarray(position)); i++) {
      const frame = payload.subarray(position, position + adtsFrameBytes(payload.subarray(position)));
      const timestamp = (rtpTimestamp + i * this.#samplesPerFrame) >>> 0;
      this.#emit(withoutAdts(frame), timestamp, arrivalTimeUs);
      position += frame.length;
    }
    if (position < payload.length) this.options.onFault('adts-past-end');
  }

  #emit(frame: Uint8Array, rtpTimestamp: number, arrivalTimeUs: number): void {
    if (frame.length > this.#maxFrameBytes) {
      this.options.onFault('au-too-large');
      return;
    }
    const lostPacketsBefore = this.#lostPackets;
    this.#lostPackets = 0;
    // Copies: slice() of a Buffer would be a view.
    const data = new Uint8Array(frame);
    this.options.onFrame({
      data,
      rtpTimestamp,
      durationTicks: this.#samplesPerFrame,
      arrivalTimeUs,
      lostPacketsBefore,
    });
  }
}

const MAX_FRAMES_PER_PACKET = 64;
