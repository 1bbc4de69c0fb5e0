/** What travels in front of each picture. Small numbers and short names only: it is sent with every frame to every viewer. */
export interface FrameHeader {
  readonly camera: string;
  /** Which connection to the camera the picture is of: grows when another process takes it over. (epoch, sequence) only ever grows. */
  readonly epoch: number;
  /** Counts the pictures that came from the camera in this epoch, from 0. */
  readonly sequence: number;
  /** Size of the picture in pixels. */
  readonly width: number;
  readonly height: number;
  /** When the last packet of the picture arrived from the camera: milliseconds since the Unix epoch, gateway's clock domain. */
  readonly receivedAtMs: number;
  /** When the camera captured it, by the camera's own clock, where it tells. */
  readonly capturedAtMs?: number;
  /** When the gateway handed it to the socket: milliseconds since the Unix epoch. */
  readonly sentAtMs: number;
  /** Pictures of this rendition that this viewer was not sent since the previous one. */
  readonly skipped: number;
  /** Id of the rendition, e.g. `w640-q75-f15`. */
  readonly rendition: string;
}
