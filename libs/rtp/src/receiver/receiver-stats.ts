export interface ReceiverStats {
  /** RTP packets accepted. */
  readonly packets: number;
  /** Bytes of accepted packets, headers included. */
  readonly bytes: number;
  readonly lostPackets: number;
  /** Repeated or too late. */
  readonly duplicatePackets: number;
  /** Delivered. */
  readonly accessUnits: number;
  /** Incomplete, or too much for a slow consumer. */
  readonly droppedAccessUnits: number;
  /** Timestamp jumps and SSRC changes. */
  readonly discontinuities: number;
  /** Memory that the stream holds now: the unfinished access unit, packets behind a gap, parameter sets. */
  readonly heldBytes: number;
  /** RFC 3550 A.8, microseconds. */
  readonly jitterUs: number;
  /** Peer bytes refused, by reason. */
  readonly faults: Readonly<Record<string, number>>;
}
