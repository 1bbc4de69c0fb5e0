/** What a peer may make the parser hold; beyond each the session ends with `protocol-violation`. */
export interface ParserLimits {
  readonly startLineBytes: number;
  readonly headerCount: number;
  readonly headerLineBytes: number;
  /** All header lines of a message together. */
  readonly headerBlockBytes: number;
  /** Some servers send very large SDP (v4l2rtspserver#32). */
  readonly bodyBytes: number;
  /** Garbage skipped in search of a message, in one go. */
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
