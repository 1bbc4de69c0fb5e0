/** One coded piece of audio. */
export interface AudioFrame {
  /** Owned by the receiver. */
  readonly data: Uint8Array;
  /** RTP timestamp of the first sample; 32 bits, wraps. */
  readonly rtpTimestamp: number;
  /** Ticks of the RTP clock. */
  readonly durationTicks: number;
  readonly arrivalTimeUs: number;
  /** Packets lost since the previous frame. */
  readonly lostPacketsBefore: number;
}

export interface AudioDepacketizerDeps {
  readonly onFrame: (frame: AudioFrame) => void;
  readonly onFault: (reason: string) => void;
}
