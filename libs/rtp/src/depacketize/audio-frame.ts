/** One coded piece of audio. */
export interface AudioFrame {
  /** Memory of its own. */
  readonly data: Uint8Array;
  /** Of its first sample; 32 bits, wraps. */
  readonly rtpTimestamp: number;
  /** In ticks of the RTP clock. */
  readonly durationTicks: number;
  readonly arrivalTimeUs: number;
  /** Since the frame before. */
  readonly lostPacketsBefore: number;
}

export interface AudioDepacketizerDeps {
  readonly onFrame: (frame: AudioFrame) => void;
  readonly onFault: (reason: string) => void;
}
