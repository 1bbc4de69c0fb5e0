/**
 * The contract of the media bus. `RedisMediaBus` implements it; `access-unit-entry.ts` and `jpeg-entry.ts` define the
 * bytes in Redis, `keys.ts` the keys.
 */

import type { Rendition, VideoCodec } from '@oriel/model';

/** One coded picture as the camera sent it, on its way from ingest to transcoders and gateways. */
export interface AccessUnit {
  readonly codec: VideoCodec;
  /** Lease epoch of the ingest session that published it. Readers drop epochs lower than the highest they have seen. */
  readonly epoch: number;
  /** Counts access units of one epoch from 0, without gaps. (epoch, sequence) orders all access units of a camera. */
  readonly sequence: number;
  /** Decoding can start here; the parameter sets come first. */
  readonly isKeyframe: boolean;
  /** RTP timestamp unwrapped to 64 bits, in ticks of the 90 kHz media clock (RFC 3550 §5.1). */
  readonly rtpTimeTicks: number;
  /** When its last packet arrived at ingest: shared clock, in microseconds since the Unix epoch. */
  readonly arrivalTimeUs: number;
  /**
   * When the camera captured it, from RTCP sender reports: the camera's own clock, in microseconds since the Unix
   * epoch.
   */
  readonly captureTimeUs: number | undefined;
  /** RTP packets lost between the previous access unit and this one. */
  readonly lostPacketsBefore: number;
  /** Does not continue the previous access unit: first of a session, timestamp jump, or SSRC change. */
  readonly discontinuity: boolean;
  /** Luma size in pixels after cropping, from the sequence parameter set; 0 while unknown. */
  readonly width: number;
  readonly height: number;
  /** Annex B byte stream (ITU-T H.264 Annex B), parameter sets in front of every keyframe. */
  readonly data: Uint8Array;
}

/** One encoded picture, on its way from a transcoder to the gateways. */
export interface JpegFrame {
  /** Lease epoch of the transcoder that made it. */
  readonly epoch: number;
  /**
   * (sourceEpoch, sequence) grows in presentation order. It is that of the access unit that completed the picture: the
   * one it shows or, with B-frames, the later one that released it from the decoder.
   */
  readonly sourceEpoch: number;
  readonly sequence: number;
  /** Times of the access unit it shows. */
  readonly rtpTimeTicks: number;
  readonly arrivalTimeUs: number;
  readonly captureTimeUs: number | undefined;
  /** Size of this JPEG in pixels. */
  readonly width: number;
  readonly height: number;
  /** Time spent decoding, and converting plus encoding, in microseconds. */
  readonly decodeUs: number;
  readonly encodeUs: number;
  /**
   * How much later than the picture's own access unit the one that released it arrived, in microseconds: 0 without
   * B-frames, at most 2^32 - 1.
   */
  readonly reorderUs: number;
  /** One whole JPEG, SOI to EOI. */
  readonly data: Uint8Array;
}

/** Publishes the access units of one camera, in order. */
export interface AccessUnitPublisher {
  /** Resolves when Redis has stored it. @throws MediaBusError */
  publish(accessUnit: AccessUnit): Promise<void>;
  /** Bytes published but not yet acknowledged by Redis. The caller bounds this by dropping to the next keyframe. */
  readonly backlogBytes: number;
  /** What the stream holds. `holdsWholeGop: false` means that `buffer_size` is too small for this camera's GOP. */
  readonly retention: Retention;
  /** Limits the size of the stream, from the next access unit on. */
  setBufferSize(bufferSizeBytes: number): void;
}

export interface Retention {
  readonly bytes: number;
  readonly accessUnits: number;
  readonly holdsWholeGop: boolean;
  /** Upper limit of the stream's size. */
  readonly bufferSizeBytes: number;
}

export interface Subscription {
  /** Stops deliveries, including those already read. */
  close(): void;
}

/** An entry of a camera's stream that no holder of its lease can have written. It has been removed. */
export interface ForeignEntry {
  readonly key: string;
  /** The obstructing id, or the type of the key if it held no stream. */
  readonly found: string;
}

/** Lets a publisher distinguish a successor, to which it must yield, from foreign entries, which it removes. */
export interface PublishingRight {
  /** The lease whose epoch is published. */
  readonly lease: { hasHighestEpoch(): Promise<boolean> };
  readonly onForeign: (foreign: ForeignEntry) => void;
}

export interface AccessUnitPublisherOptions {
  /** Upper limit of the stream's size. */
  readonly bufferSizeBytes: number;
  /** Without it, any higher id ends the publisher. */
  readonly right?: PublishingRight;
}

export interface MediaBus {
  accessUnitPublisher(cameraId: string, options: AccessUnitPublisherOptions): AccessUnitPublisher;
  /**
   * Delivers from the latest keyframe on (`from: 'keyframe'`) or only what comes next (`from: 'live'`). A batch is the
   * result of one read: a reader that is behind gets everything it missed at once.
   *
   * Never throws. Read errors are retried and reported by `onError` of the bus, a lost connection by `onStateChange`.
   */
  subscribeAccessUnits(
    cameraId: string,
    options: { readonly from: 'keyframe' | 'live' },
    onBatch: (batch: readonly AccessUnit[]) => void,
  ): Subscription;
  /**
   * @throws MediaBusError `fenced`: {@link MediaBus.dropJpegs} clears the stream for the holder of the highest epoch
   */
  publishJpeg(cameraId: string, rendition: Rendition, frame: JpegFrame): Promise<void>;
  /** Delivers the newest stored JPEG, then each new one. Skips what piled up in between. */
  subscribeJpegs(cameraId: string, rendition: Rendition, onFrame: (frame: JpegFrame) => void): Subscription;
  /** Removes the stream of a rendition that nobody watches, so that no later viewer is shown an old picture. */
  dropJpegs(cameraId: string, rendition: Rendition): Promise<void>;
  close(): Promise<void>;
}
