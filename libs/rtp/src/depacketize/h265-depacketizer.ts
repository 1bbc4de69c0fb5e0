/** RTP payloads of H.265 to NAL units (RFC 7798 §4.4). Tolerates what cameras do; decoding order numbers (DONL) are not supported. */
import { h265NalUnitType } from '@oriel/codecs';
import type { DepacketizerDeps, DepacketizerInput } from './h264-depacketizer.ts';
import {
  Fragments,
  isFirstFragment,
  isLastFragment,
  leadingStartCodeBytes,
  splitAggregate,
} from './nal-unit-payloads.ts';

export class H265Depacketizer {
  readonly #fragments: Fragments;

  constructor(private readonly deps: DepacketizerDeps) {
    this.#fragments = new Fragments(deps.assembler, deps.onDeviation);
  }

  /** Same contract as the H.264 depacketizer. */
  push({ payload, marker, rtpTimestamp }: DepacketizerInput, lostPackets: number, arrivalTimeUs: number): void {
    const { assembler } = this.deps;
    assembler.beginPacket(rtpTimestamp, lostPackets, arrivalTimeUs);
    if (payload.length < PAYLOAD_HEADER_BYTES) {
      this.deps.onFault(payload.length === 0 ? 'payload-empty' : 'payload-too-short');
    } else {
      const type = h265NalUnitType(payload[0] as number);
      if (type === FRAGMENTATION_UNIT) {
        this.#fragment(payload);
      } else {
        assembler.abandonNalUnit('fragment-end-missing');
        if (type === AGGREGATION_PACKET) this.#aggregate(payload);
        else this.#single(type, payload);
      }
    }
    assembler.endPacket(marker);
  }

  #single(type: number, payload: Uint8Array): void {
    const { assembler, onFault, onDeviation } = this.deps;
    const startCodeBytes = leadingStartCodeBytes(payload);
    if (startCodeBytes > 0) {
      onDeviation('start-code-in-payload');
      assembler.nalUnit(payload.subarray(startCodeBytes));
    } else if (type < AGGREGATION_PACKET) {
      assembler.nalUnit(payload);
    } else if (type === PACI) {
      // It wraps a NAL unit: part of the picture is missing.
      assembler.missing('payload-type-unsupported');
    } else {
      onFault('nal-unit-type-reserved');
    }
  }

  /** RFC 7798 §4.4.2. */
  #aggregate(payload: Uint8Array): void {
    const { assembler, onFault } = this.deps;
    const cutAt = splitAggregate(payload, PAYLOAD_HEADER_BYTES, assembler);
    if (cutAt === undefined) return;
    const isSlice = cutAt < payload.length && h265NalUnitType(payload[cutAt] as number) <= LAST_SLICE_TYPE;
    if (isSlice) assembler.missing('aggregate-past-end');
    else onFault('aggregate-past-end');
  }

  /** RFC 7798 §4.4.3. */
  #fragment(payload: Uint8Array): void {
    const { assembler } = this.deps;
    const header = payload[PAYLOAD_HEADER_BYTES];
    if (header === undefined) {
      assembler.missing('fragment-too-short');
      return;
    }
    const type = header & 0b0011_1111;
    if (!this.#fragments.accept(header, type)) return;
    if (isFirstFragment(header)) {
      assembler.startNalUnit(((payload[0] as number) & 0b1000_0001) | (type << 1), payload[FU_HEADER_BYTES]);
      assembler.appendToNalUnit(payload.subarray(0, PAYLOAD_HEADER_BYTES), 1);
    }
    assembler.appendToNalUnit(payload, FU_HEADER_BYTES);
    if (isLastFragment(header)) assembler.endNalUnit();
  }
}

const LAST_SLICE_TYPE = 31;
const AGGREGATION_PACKET = 48;
const FRAGMENTATION_UNIT = 49;
const PACI = 50;
const PAYLOAD_HEADER_BYTES = 2;
const FU_HEADER_BYTES = 3;
