import type { VideoCodec } from '@oriel/model';

/** One access unit, as encoded. */
export interface CodedPicture {
  /** Without start codes. Parameter sets precede every keyframe. */
  readonly nalUnits: readonly Uint8Array[];
  readonly isKeyframe: boolean;
}

/** A coded picture to send. */
export interface TimedPicture {
  readonly picture: CodedPicture;
  /** When it was captured: this machine's clock, in µs since the Unix epoch. */
  readonly captureTimeUs: number;
}

export type PictureListener = (picture: TimedPicture) => void;

/** Produces pictures. Runs once, however many sessions watch. */
export interface VideoSource {
  readonly codec: VideoCodec;
  readonly width: number;
  readonly height: number;
  readonly framerate: number;
  /** SPS and PPS (H.265: VPS, SPS, PPS) without start codes. Known once started. */
  readonly parameterSets: readonly Uint8Array[];
  /**
   * Rejects when the source cannot produce a picture. It may start again after `stop`, with a keyframe.
   * @param onFailure called when a started source can no longer continue
   */
  start(listener: PictureListener, onFailure: (error: unknown) => void): Promise<void>;
  stop(): Promise<void>;
}
