/** RTP payloads of H.264 to NAL units (RFC 6184 §5.2). Tolerates what cameras do, and ignores the declared packetization-mode. */
import { NalUnitType, nalUnitType } from '@oriel/codecs';
import type { AccessUnitAssembler } from '../access-unit/access-unit-assembler.ts';
import type { RtpPacket } from '../packet/rtp-packet.ts';
import type { DeviationReason } from '../reception/deviations.ts';
import {
  Fragments,
  isFirstFragment,
  isLastFragment,
  leadingStartCodeBytes,
  splitAggregate,
} from './nal-unit-payloads.ts';

export type DepacketizerInput = Pick<RtpPacket, 'payload' | 'marker' | 'rtpTimestamp'>;

export interface DepacketizerDeps {
  readonly assembler: AccessUnitAssembler;
  readonly onFault: (reason: string) => void;
  readonly onDeviation: (reason: DeviationReason) => void;
}

export class H264Depacketizer {
  readonly #fragments: Fragments;

  constructor(private readonly deps: DepacketizerDeps) {
    this.#fragments = new Fragments(deps.assembler, deps.onDeviation);
  }

  /**
   * Takes packets in sequence order; finished access units leave through the assembler before this returns.
   *
   * @param lostPackets - Missing directly before this one.
   */
  push({ payload, marker, rtpTimestamp }: DepacketizerInput, lostPackets: number, arrivalTimeUs: number): void {
    const { assembler } = this.deps;
    assembler.beginPacket(rtpTimestamp, lostPackets, arrivalTimeUs);
    const indicator = payload[0];
    if (indicator === undefined) {
      this.deps.onFault('payload-empty');
    } else {
      const type = nalUnitType(indicator);
      if (type === FU_A) {
        this.#fragment(indicator, payload);
      } else {
        assembler.abandonNalUnit('fragment-end-missing');
        if (type === STAP_A) this.#aggregate(payload);
        else this.#single(type, payload);
      }
    }
    assembler.endPacket(marker);
  }

  #single(type: number, payload: Uint8Array): void {
    const { assembler, onFault, onDeviation } = this.deps;
    if (type >= NalUnitType.NonIdrSlice && type < STAP_A) {
      assembler.nalUnit(payload);
    } else if (type === UNSPECIFIED && leadingStartCodeBytes(payload) > 0) {
      onDeviation('start-code-in-payload');
      assembler.nalUnit(payload.subarray(leadingStartCodeBytes(payload)));
    } else if (INTERLEAVED_TYPES.has(type)) {
      // It would have held slices: part of the picture is missing.
      assembler.missing('payload-type-unsupported');
    } else {
      onFault('nal-unit-type-reserved');
    }
  }

  /** RFC 6184 §5.7.1. */
  #aggregate(payload: Uint8Array): void {
    const { assembler, onFault } = this.deps;
    const cutAt = splitAggregate(payload, STAP_A_HEADER_BYTES, assembler);
    if (cutAt === undefined) return;
    const cutType = nalUnitType(payload[cutAt] ?? 0);
    if (cutType >= NalUnitType.NonIdrSlice && cutType <= NalUnitType.IdrSlice) assembler.missing('stap-a-past-end');
    else onFault('stap-a-past-end');
  }

  /** RFC 6184 §5.8. Ignores the reserved bit and the NRI of later fragments (Longse CMSEKL800, HeroSpeed). */
  #fragment(indicator: number, payload: Uint8Array): void {
    const { assembler } = this.deps;
    const header = payload[1];
    if (header === undefined) {
      assembler.missing('fragment-too-short');
      return;
    }
    const type = nalUnitType(header);
    if (!this.#fragments.accept(header, type)) return;
    if (isFirstFragment(header)) assembler.startNalUnit((indicator & 0b1110_0000) | type, payload[FU_HEADER_BYTES]);
    assembler.appendToNalUnit(payload, FU_HEADER_BYTES);
    if (isLastFragment(header)) assembler.endNalUnit();
  }
}

const UNSPECIFIED = 0;
const STAP_A = 24;
const FU_A = 28;
/** STAP-B, MTAP16, MTAP24, FU-B: interleaved mode, which no camera is known to use (RFC 6184 §5.4). */
const INTERLEAVED_TYPES: ReadonlySet<number> = new Set([25, 26, 27, 29]);
const STAP_A_HEADER_BYTES = 1;
const FU_HEADER_BYTES = 2;
