/** What assembling access units has to know about a codec's NAL units. */

/** The role of a NAL unit in an access unit. */
export const NalKind = {
  /** Dropped: reserved for the RTP payload format, or unspecified. */
  Invalid: 0,
  /** A slice of the primary coded picture. */
  Slice: 1,
  /** A slice of a picture that decoding can start at. */
  RandomAccessSlice: 2,
  ParameterSet: 3,
  /** Supplemental information in front of a picture; may hold a recovery point. */
  PrefixSei: 4,
  Delimiter: 5,
  Filler: 6,
  /** Passed on, of no further meaning. */
  Other: 7,
} as const;
export type NalKind = (typeof NalKind)[keyof typeof NalKind];

/** Everything takes NAL units header first, without start code. */
export interface NalRules {
  readonly headerBytes: number;
  /** By the first header byte. */
  kindOf(header: number): NalKind;
  isForbiddenBitSet(header: number): boolean;
  /** Whether the first byte behind the header of a slice says that it is the first of its picture. */
  startsPicture(firstSliceByte: number): boolean;
  /** Of a PrefixSei: decoding can start at this access unit. */
  isRecoveryPoint(nalUnit: Uint8Array): boolean;
  /** Of a slice: the PPS it refers to; undefined when it cannot be read. */
  pictureParameterSetId(nalUnit: Uint8Array): number | undefined;
  identifyParameterSet(nalUnit: Uint8Array): ParameterSetIdentity;
}

export interface ParameterSetIdentity {
  readonly kind: 'vps' | 'sps' | 'pps';
  /** -1 when it cannot be read: such a set is kept and passed on all the same. */
  readonly id: number;
  /** Of a PPS. */
  readonly sequenceParameterSetId?: number;
  /** Of an SPS that can be read. */
  readonly format?: VideoFormat;
}

export interface VideoFormat {
  readonly width: number;
  readonly height: number;
  /** Everything in which a change matters to a decoder or player: equal text, equal format. */
  readonly signature: string;
}
