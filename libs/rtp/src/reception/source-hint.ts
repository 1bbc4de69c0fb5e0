/** What replies said of the stream before it came. Never more than a hint. */
export interface SourceHint {
  /** From Transport of SETUP. */
  readonly ssrc?: number | undefined;
  /** From RTP-Info of PLAY. */
  readonly rtpTimestamp?: number | undefined;
}
