/** How much a peer may make the parser hold. Exceeding a limit ends the session with `protocol-violation`. */
export interface ParserLimits {
  readonly startLineBytes: number;
  readonly headerCount: number;
  readonly headerLineBytes: number;
  /** Total of a message's header lines. */
  readonly headerBlockBytes: number;
  /** Generous, because some servers send very large SDP (v4l2rtspserver#32). */
  readonly bodyBytes: number;
  /** Garbage skipped in one search for a message. */
  readonly garbageBytes: number;
  readonly garbageMs: number;
  readonly resyncsPerMinute: number;
}

export const DEFAULT_PARSER_LIMITS: ParserLimits = {
  startLineBytes: 1_024,
  headerCount: 128,
  headerLineBytes: 8_192,
  headerBlockBytes: 65_536,
  bodyBytes: 1_048_576,
  garbageBytes: 262_144,
  garbageMs: 2_000,
  resyncsPerMinute: 10,
};
