/** What replies announced about a stream before it came. Often wrong. */
export interface SourceHint {
  /** `ssrc` of the Transport header. */
  readonly ssrc?: number | undefined;
  /** `rtptime` of the RTP-Info header. */
  readonly rtpTimestamp?: number | undefined;
}
