/** What delivery has to know of a camera. */
export interface WatchedCamera {
  readonly id: string;
  /** As configured: the JPEG quality (IJG scale) for whoever asks for none. */
  readonly quality: number;
  /** As configured: the most frames per second that anybody gets. */
  readonly framerate: number;
  /** The camera's own width in pixels; undefined until it has been seen. */
  readonly width: number | undefined;
  readonly maxLatencyMs: number;
}
