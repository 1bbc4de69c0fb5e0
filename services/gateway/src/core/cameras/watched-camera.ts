/** What delivery needs to know about a camera. */
export interface WatchedCamera {
  readonly id: string;
  /** Configured JPEG quality (IJG scale), used when a viewer asks for none. */
  readonly quality: number;
  /** Configured upper limit, frames per second. */
  readonly framerate: number;
  /** The camera's own width in pixels; undefined until it is known. */
  readonly width: number | undefined;
  readonly maxLatencyMs: number;
}
