/** What a report says about one source (RFC 3550 §6.4.1). */
export interface ReportBlock {
  /** The source that the block is about. */
  readonly ssrc: number;
  /** Lost since the last report, in 1/256 of what was expected; 0 to 255. */
  readonly fractionLost: number;
  /** Signed 24 bits: repeated packets count against lost ones. */
  readonly cumulativeLost: number;
  /** Upper 16 bits: wraps; lower 16 bits: sequence number. */
  readonly extendedHighestSequence: number;
  readonly jitterTicks: number;
  /** Middle 32 bits of the last sender report's NTP time; 0 without one. */
  readonly lastSenderReport: number;
  /** Since that report, in 1/65 536 s; 0 without one. */
  readonly delaySinceLastSenderReport: number;
}
