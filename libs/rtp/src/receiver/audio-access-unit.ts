/** One coded piece of sound. */
export interface AudioAccessUnit {
  readonly codec: 'aac' | 'pcmu' | 'pcma';
  /** AAC: one access unit without ADTS. G.711: any number of samples, a byte each. Owned by the receiver. */
  readonly data: Uint8Array;
  /** AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1); undefined for G.711. */
  readonly config: Uint8Array | undefined;
  readonly clockRateHz: number;
  readonly channels: number;
  /** RTP timestamp of its first sample, unwrapped, ticks of `clockRateHz`. */
  readonly rtpTimeTicks: number;
  readonly durationTicks: number;
  /** Same clocks as for video, so that the two can be synchronized. */
  readonly arrivalTimeUs: number;
  readonly captureTimeUs: number | undefined;
  /** Packets lost since the previous one. */
  readonly lostPacketsBefore: number;
  readonly discontinuity: boolean;
}
