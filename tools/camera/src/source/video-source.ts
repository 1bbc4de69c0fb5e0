import type { VideoCodec } from '@oriel/model';

/** One access unit as it left the encoder. */
export interface CodedPicture {
  /** Without start codes; parameter sets stand in front of every keyframe. */
  readonly nalUnits: readonly Uint8Array[];
  readonly isKeyframe: boolean;
}

/** A coded picture on its way out. */
export interface TimedPicture {
  readonly picture: CodedPicture;
  /** When it was captured, µs since the Unix epoch by this machine's clock. */
  readonly captureTimeUs: number;
}

export type PictureListener = (picture: TimedPicture) => void;

/** Runs once, however many sessions watch. */
export interface VideoSource {
  readonly codec: VideoCodec;
  readonly width: number;
  readonly height: number;
  readonly framerate: number;
  /** SPS and PPS (H.265: VPS, SPS, PPS), without start codes; known once started. */
  readonly parameterSets: readonly Uint8Array[];
  /**
   * Rejects when the source cannot give a picture; after `stop` it may start again, with a keyframe.
   * @param onFailure called when a source that has started can no longer go on
   */
  start(listener: PictureListener, onFailure: (error: unknown) => void): Promise<void>;
  stop(): Promise<void>;
}
