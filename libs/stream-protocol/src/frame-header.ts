/** Precedes each picture. Kept small, because every frame carries one to every viewer. */
export interface FrameHeader {
  readonly camera: string;
  /** Lease epoch of the ingest process that received the picture. Grows when another one takes over. (epoch, sequence) orders all pictures. */
  readonly epoch: number;
  /** Counts the camera's pictures in this epoch from 0, in presentation order; gaps are normal at lower frame rates. */
  readonly sequence: number;
  /** Size of the picture in pixels. */
  readonly width: number;
  readonly height: number;
  /** When the picture's last packet arrived from the camera: shared clock, in milliseconds since the Unix epoch. */
  readonly receivedAtMs: number;
  /** When the camera captured it, by the camera's own clock; absent if the camera does not report it. */
  readonly capturedAtMs?: number;
  /** When the gateway handed it to the socket: shared clock, in milliseconds since the Unix epoch. */
  readonly sentAtMs: number;
  /** Pictures skipped for this viewer since the previous one. */
  readonly skipped: number;
  /** Id of the rendition, e.g. `w640-q75-f15`. */
  readonly rendition: string;
}
