/**
 * The contract of the media bus: what services say to it and hear from it. `RedisMediaBus` is the implementation; the
 * bytes that cross Redis are laid out in `access-unit-entry.ts` and `jpeg-entry.ts`, the keys in `keys.ts`.
 */

import type { Rendition, VideoCodec } from '@oriel/model';

/** One coded picture as the camera sent it, on its way from ingest to transcoders and gateways. */
export interface AccessUnit {
  readonly codec: VideoCodec;
  /** Lease epoch of the ingest session that published it. A reader drops what has a lower epoch than it has seen. */
  readonly epoch: number;
  /** Counts access units of one epoch from 0, without gaps. (epoch, sequence) orders all access units of a camera. */
  readonly sequence: number;
  /** Decoding can start here; the parameter sets stand in front. */
  readonly isKeyframe: boolean;
  /** RTP timestamp unwrapped to 64 bits, in ticks of the 90 kHz media clock (RFC 3550 §5.1). */
  readonly rtpTimeTicks: number;
  /** When its last packet arrived at ingest: microseconds since the Unix epoch, by the clock that all services share. */
  readonly arrivalTimeUs: number;
  /** When the camera captured it, from RTCP sender reports: microseconds since the Unix epoch, by the camera's clock. */
  readonly captureTimeUs: number | undefined;
  /** RTP packets lost between the previous access unit and this one. */
  readonly lostPacketsBefore: number;
  /** Not the continuation of the previous access unit: first of a session, timestamp jump, or SSRC change. */
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
   * (sourceEpoch, sequence) grows in the order of presentation. They are those of the access unit that completed the picture: the one it
   * shows, or, with B-frames, the later one that brought it out of the decoder.
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
  /** By how much later the access unit that brought it out arrived, in microseconds: 0 without B-frames, at most 2^32 - 1. */
  readonly reorderUs: number;
  /** One whole JPEG, SOI to EOI. */
  readonly data: Uint8Array;
}

/** Publishes the access units of one camera, in order. */
export interface AccessUnitPublisher {
  /** Resolves when Redis has it. Rejects with MediaBusError; `backlogBytes` says how much is still on its way. */
  publish(accessUnit: AccessUnit): Promise<void>;
  /** Bytes handed over and not yet answered by Redis; the caller bounds it by dropping to the next keyframe. */
  readonly backlogBytes: number;
  /** What the stream holds: false in `holdsWholeGop` means `buffer_size` is too small for this camera's GOP. */
  readonly retention: Retention;
  /** From the next access unit on, the stream holds at most so much. */
  setBufferSize(bufferSizeBytes: number): void;
}

export interface Retention {
  readonly bytes: number;
  readonly accessUnits: number;
  readonly holdsWholeGop: boolean;
  /** Most that it may hold. */
  readonly bufferSizeBytes: number;
}

export interface Subscription {
  /** Stops the deliveries; those already read are not delivered any more. */
  close(): void;
}

/** Something in a camera's stream that no holder of its lease can have written. It has been removed. */
export interface ForeignEntry {
  readonly key: string;
  /** The id that barred the way; the type of the key where it held no stream. */
  readonly found: string;
}

/** Lets a publisher tell a successor, before whom it has to stop, from foreign entries, which it removes. */
export interface PublishingRight {
  /** The one whose epoch stands in what is published. */
  readonly lease: { hasHighestEpoch(): Promise<boolean> };
  readonly onForeign: (foreign: ForeignEntry) => void;
}

export interface AccessUnitPublisherOptions {
  /** Most that the stream holds. */
  readonly bufferSizeBytes: number;
  /** Without it, any higher id ends the publisher. */
  readonly right?: PublishingRight;
}

export interface MediaBus {
  accessUnitPublisher(cameraId: string, options: AccessUnitPublisherOptions): AccessUnitPublisher;
  /**
   * Delivers from the latest keyframe on (`from: 'keyframe'`) or only what comes next (`from: 'live'`).
   * A batch is what one read returned: a reader that is behind sees all of what it has missed at once.
   * @throws never; read errors are retried and shown by `onStateChange` of the bus.
   */
  subscribeAccessUnits(
    cameraId: string,
    options: { readonly from: 'keyframe' | 'live' },
    onBatch: (batch: readonly AccessUnit[]) => void,
  ): Subscription;
  /** @throws MediaBusError `fenced`: {@link MediaBus.dropJpegs} makes the way free for whoever has the highest epoch. */
  publishJpeg(cameraId: string, rendition: Rendition, frame: JpegFrame): Promise<void>;
  /** Delivers the newest JPEG held, then each next one; what piled up in between is passed over. */
  subscribeJpegs(cameraId: string, rendition: Rendition, onFrame: (frame: JpegFrame) => void): Subscription;
  /** Removes the stream of a rendition that nobody watches any more, so that no later viewer is shown old pictures. */
  dropJpegs(cameraId: string, rendition: Rendition): Promise<void>;
  close(): Promise<void>;
}
