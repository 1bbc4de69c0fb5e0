/**
 * Assembles NAL units into access units: where one ends, what is missing, what a keyframe begins with.
 *
 * An access unit ends (a) at once with a marker, if it has a slice; (b) before a packet with another timestamp;
 * (c) where the standard says one must start (ITU-T H.264 §7.4.1.2.3), but only if the camera sends no markers: some put SEI
 * and delimiters in wrong places. What comes before the first slice belongs to it, whatever its marker and timestamp say:
 * Reolink marks parameter sets and gives them the timestamp of the previous picture.
 */
import { withoutTrailingZeros } from '@oriel/codecs';
import type { DeviationReason } from '../reception/deviations.ts';
import type { AccessUnitBuffer } from './access-unit-buffer.ts';
import type { AssembledAccessUnit } from './assembled-access-unit.ts';
import { MarkerWatch } from './marker-watch.ts';
import { NalKind, type NalRules } from './nal-rules.ts';
import type { ParameterSets } from './parameter-sets.ts';
import { holdsStartCode, splitAtStartCodes } from './start-codes.ts';

export interface AccessUnitAssemblerDeps {
  readonly rules: NalRules;
  readonly buffer: AccessUnitBuffer;
  readonly parameterSets: ParameterSets;
  readonly maxNalUnits: number;
  readonly onAccessUnit: (accessUnit: AssembledAccessUnit) => void;
  readonly onDropped: () => void;
  readonly onFault: (reason: string) => void;
  readonly onDeviation: (reason: DeviationReason) => void;
}

export class AccessUnitAssembler {
  readonly #markers = new MarkerWatch();
  #rtpTimestamp = 0;
  #arrivalTimeUs = 0;
  #lostPackets = 0;
  /** Set after loss and at the start: a slice from the middle of a picture then means that its start is missing. */
  #mustStartPicture = true;
  /** Offset of the start code of the NAL unit whose fragments are arriving. */
  #openNalUnit: number | undefined;

  #hasSlice = false;
  #slices = 0;
  #nalUnits = 0;
  #isDamaged = false;
  #isOverLimit = false;
  #isRandomAccess = false;
  #delimiterEnd = 0;
  #firstSlice = 0;

  constructor(private readonly deps: AccessUnitAssemblerDeps) {}

  get isNalUnitOpen(): boolean {
    return this.#openNalUnit !== undefined;
  }

  /** @param lostPackets - Missing directly before this packet. */
  beginPacket(rtpTimestamp: number, lostPackets: number, arrivalTimeUs: number): void {
    if (lostPackets > 0) this.#noteLoss(lostPackets);
    if (rtpTimestamp !== this.#rtpTimestamp) {
      if (this.#openNalUnit !== undefined) this.abandonNalUnit('fragment-end-missing');
      if (this.#hasSlice) this.#finish();
    }
    if (!this.#hasSlice) this.#rtpTimestamp = rtpTimestamp;
    this.#arrivalTimeUs = arrivalTimeUs;
    this.#markers.packet(arrivalTimeUs);
  }

  endPacket(marker: boolean): void {
    if (!marker) return;
    this.#markers.marker(false);
    if (this.#openNalUnit !== undefined) {
      this.deps.onDeviation('fragment-end-missing');
      this.endNalUnit();
    }
    if (this.#hasSlice) {
      this.#markers.marker(true);
      this.#finish();
    } else if (this.#nalUnits > 0) this.deps.onDeviation('marker-on-parameter-sets');
  }

  /** A whole NAL unit, header first. */
  nalUnit(bytes: Uint8Array): void {
    const { headerBytes } = this.deps.rules;
    const header = bytes[0];
    if (header === undefined) return;
    this.startNalUnit(header, bytes[headerBytes]);
    this.appendToNalUnit(bytes, 1);
    this.endNalUnit();
  }

  /**
   * @param header - First byte of the NAL unit; the rest is appended.
   * @param firstByte - The first one behind the header, if the first fragment has it.
   */
  startNalUnit(header: number, firstByte: number | undefined): void {
    const kind = this.deps.rules.kindOf(header);
    const isSlice = kind === NalKind.Slice || kind === NalKind.RandomAccessSlice;
    const startsPicture = isSlice && firstByte !== undefined && this.deps.rules.startsPicture(firstByte);
    const hasPicture = this.#slices > 0 || this.#isDamaged;
    const isNext = startsPicture ? this.#markers.isOverdue : STARTS_ACCESS_UNIT.has(kind) && this.#markers.omitsMarkers;
    if (hasPicture && isNext) this.#finish();
    if (isSlice) this.#hasSlice = true;
    this.#openNalUnit = this.deps.buffer.length;
    if (!this.deps.buffer.appendHeader(header)) this.#exceed('access-unit-too-large');
  }

  /** Appends all but the first `skippedBytes`. */
  appendToNalUnit(bytes: Uint8Array, skippedBytes: number): void {
    if (this.#isOverLimit || this.#openNalUnit === undefined) return;
    if (!this.deps.buffer.append(bytes, skippedBytes)) this.#exceed('access-unit-too-large');
  }

  endNalUnit(): void {
    const start = this.#openNalUnit;
    this.#openNalUnit = undefined;
    if (start === undefined || this.#isOverLimit) return;
    const { buffer } = this.deps;
    const nalUnit = buffer.view(start + START_CODE_BYTES);
    if (holdsStartCode(nalUnit)) this.#takeApart(start, nalUnit);
    else this.#keep(start);
  }

  /** Drops the unfinished NAL unit: its remaining fragments will not come. */
  abandonNalUnit(reason: string): void {
    if (this.#openNalUnit === undefined) return;
    this.deps.buffer.truncate(this.#openNalUnit);
    this.#openNalUnit = undefined;
    this.missing(reason);
  }

  /** Something of the current access unit did not arrive, or cannot be used. */
  missing(reason: string): void {
    this.deps.onFault(reason);
    this.#isDamaged = true;
    this.#hasSlice = true;
  }

  /** The source restarted (SSRC change, sequence restart): drops what is unfinished. */
  restart(): void {
    if (this.#openNalUnit !== undefined) this.abandonNalUnit('fragment-cut-by-restart');
    if (this.#hasSlice) {
      this.#isDamaged = true;
      this.#finish();
    }
    this.#mustStartPicture = true;
    this.#markers.restart();
  }

  /** The stream is over: delivers what has a whole slice, flagged as damaged because it may be incomplete. */
  flush(): void {
    if (this.#openNalUnit !== undefined) this.abandonNalUnit('fragment-end-missing');
    if (!this.#hasSlice) return;
    const isWhole = !this.#isDamaged && this.#slices > 0 && this.deps.parameterSets.isComplete;
    this.#isDamaged = true;
    if (isWhole) this.#deliver();
    else this.#finish();
  }

  /** The missing packets may hold the end of the access unit that is open, the start of the next, or both. */
  #noteLoss(lostPackets: number): void {
    if (this.#openNalUnit !== undefined) this.abandonNalUnit('fragment-cut-by-loss');
    if (this.#hasSlice) this.#isDamaged = true;
    this.#mustStartPicture = true;
    this.#lostPackets += lostPackets;
  }

  #keep(start: number): void {
    const { buffer, rules, parameterSets } = this.deps;
    const untrimmed = buffer.view(start + START_CODE_BYTES);
    const nalUnit = untrimmed.subarray(0, withoutTrailingZeros(untrimmed, 0, untrimmed.length));
    buffer.truncate(start + START_CODE_BYTES + nalUnit.length);
    const header = nalUnit[0];
    const kind = header === undefined ? NalKind.Invalid : rules.kindOf(header);
    if (header === undefined || nalUnit.length < rules.headerBytes || kind === NalKind.Invalid) {
      this.deps.onFault('nal-unit-invalid');
      buffer.truncate(start);
    } else if (rules.isForbiddenBitSet(header)) {
      buffer.truncate(start);
      this.missing('nal-unit-forbidden-bit');
    } else if (kind === NalKind.ParameterSet && parameterSets.put(nalUnit)) {
      this.#count();
      buffer.truncate(start);
    } else if (kind === NalKind.Filler) {
      buffer.truncate(start);
    } else {
      this.#count();
      this.#note(kind, nalUnit, start);
    }
  }

  #note(kind: NalKind, nalUnit: Uint8Array, start: number): void {
    const { buffer, rules } = this.deps;
    if (kind === NalKind.Delimiter && start === 0) this.#delimiterEnd = buffer.length;
    if (kind === NalKind.PrefixSei && !this.#hasSlice && rules.isRecoveryPoint(nalUnit)) this.#isRandomAccess = true;
    if (kind !== NalKind.Slice && kind !== NalKind.RandomAccessSlice) return;
    if (this.#slices === 0) {
      this.#firstSlice = start;
      if (this.#mustStartPicture && !rules.startsPicture(nalUnit[rules.headerBytes] ?? 0)) this.#isDamaged = true;
    }
    this.#mustStartPicture = false;
    if (kind === NalKind.RandomAccessSlice) this.#isRandomAccess = true;
    this.#slices += 1;
    this.#hasSlice = true;
  }

  /** One payload holds several NAL units with start codes between them. */
  #takeApart(start: number, nalUnit: Buffer): void {
    this.deps.onDeviation('start-code-in-payload');
    const joined = Buffer.from(nalUnit);
    this.deps.buffer.truncate(start);
    for (const one of splitAtStartCodes(joined)) {
      if (this.#isOverLimit) return;
      this.nalUnit(one);
    }
  }

  #count(): void {
    this.#nalUnits += 1;
    if (this.#nalUnits > this.deps.maxNalUnits) this.#exceed('too-many-nal-units');
  }

  /** Keeps nothing more of this access unit, but still looks for its end. */
  #exceed(reason: string): void {
    if (this.#isOverLimit) return;
    this.missing(reason);
    this.#isOverLimit = true;
    this.#openNalUnit = undefined;
    this.deps.buffer.clear();
  }

  #finish(): void {
    const isUsable = this.#slices > 0 && !this.#isOverLimit && this.deps.parameterSets.isComplete;
    this.#markers.unit();
    if (isUsable && !this.#isDamaged && this.#markers.isOverdue) this.deps.onDeviation('marker-missing');
    if (this.#slices > 0 && !this.deps.parameterSets.isComplete) this.deps.onFault('no-parameter-sets');
    if (isUsable && !this.#isDamaged) this.#deliver();
    else this.#drop();
  }

  #deliver(): void {
    const { buffer, parameterSets, rules } = this.deps;
    const isKeyframe = this.#isRandomAccess;
    const isNew = parameterSets.hasUndelivered;
    const withSets = isKeyframe || isNew;
    parameterSets.markDelivered();
    const firstSlice = buffer.view(this.#firstSlice + START_CODE_BYTES);
    const format = parameterSets.formatFor(isKeyframe || isNew ? rules.pictureParameterSetId(firstSlice) : undefined);
    const accessUnit: AssembledAccessUnit = {
      data: buffer.take(withSets ? parameterSets.byteStream : NOTHING, this.#delimiterEnd),
      isKeyframe,
      rtpTimestamp: this.#rtpTimestamp,
      arrivalTimeUs: this.#arrivalTimeUs,
      lostPacketsBefore: this.#lostPackets,
      isDamaged: this.#isDamaged,
      format,
    };
    this.#lostPackets = 0;
    this.#reset();
    // Called last, so that the state is consistent if the consumer throws.
    this.deps.onAccessUnit(accessUnit);
  }

  #drop(): void {
    this.deps.buffer.clear();
    this.#reset();
    this.deps.onDropped();
  }

  #reset(): void {
    this.#hasSlice = false;
    this.#slices = 0;
    this.#nalUnits = 0;
    this.#isDamaged = false;
    this.#isOverLimit = false;
    this.#isRandomAccess = false;
    this.#delimiterEnd = 0;
    this.#firstSlice = 0;
  }
}

const START_CODE_BYTES = 4;
const NOTHING = new Uint8Array(0);
const STARTS_ACCESS_UNIT: ReadonlySet<NalKind> = new Set([NalKind.Delimiter, NalKind.ParameterSet, NalKind.PrefixSei]);
