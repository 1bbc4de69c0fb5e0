/** A JPEG on its way out of the gateway: made once when it arrives, shared by every viewer that gets it. */
import type { JpegFrame } from '@oriel/media-bus';
import { isLater } from '@oriel/model';

export interface LiveFrame {
  readonly cameraId: string;
  readonly renditionId: string;
  /** (sourceEpoch, sequence) orders the pictures of a camera, whatever their rendition: the order of presentation. */
  readonly sourceEpoch: number;
  readonly sequence: number;
  /** Size of the JPEG in pixels. */
  readonly width: number;
  readonly height: number;
  /** When the last packet of the picture arrived from the camera: milliseconds since the Unix epoch by the shared clock. */
  readonly receivedAtMs: number;
  /** The earliest moment it could be shown: later than `receivedAtMs` where B-frames, which come after it, are shown before it. */
  readonly showableAtMs: number;
  /** By the camera's own clock; undefined where it does not tell. */
  readonly capturedAtMs: number | undefined;
  /** One whole JPEG. */
  readonly data: Uint8Array;
}

/**
 * Added to a camera's `maxLatencyMs` before a picture counts as too old: two hops over Redis, and the error of the shared clock in ingest,
 * which stamps the picture, and in this gateway.
 */
export const CLOCK_AND_NETWORK_ALLOWANCE_MS = 50;

export function toLiveFrame(cameraId: string, renditionId: string, frame: JpegFrame): LiveFrame {
  return {
    cameraId,
    renditionId,
    sourceEpoch: frame.sourceEpoch,
    sequence: frame.sequence,
    width: frame.width,
    height: frame.height,
    receivedAtMs: Math.round(frame.arrivalTimeUs / 1000),
    showableAtMs: Math.round((frame.arrivalTimeUs + frame.reorderUs) / 1000),
    capturedAtMs: frame.captureTimeUs === undefined ? undefined : Math.round(frame.captureTimeUs / 1000),
    data: frame.data,
  };
}

/** Whether `frame` shows a later moment than `other`. */
export function isNewer(
  frame: Pick<LiveFrame, 'sourceEpoch' | 'sequence'>,
  other: Pick<LiveFrame, 'sourceEpoch' | 'sequence'>,
): boolean {
  return isLater(
    { epoch: frame.sourceEpoch, sequence: frame.sequence },
    { epoch: other.sourceEpoch, sequence: other.sequence },
  );
}

/** @param nowMs by the shared clock. A picture from slightly ahead of that has the age 0. */
export function ageMs(frame: Pick<LiveFrame, 'receivedAtMs'>, nowMs: number): number {
  return Math.max(0, nowMs - frame.receivedAtMs);
}

/** By how much it is later than it could have been, which is what `maxLatencyMs` limits. @param nowMs by the shared clock */
export function lateByMs(frame: Pick<LiveFrame, 'showableAtMs'>, nowMs: number): number {
  return Math.max(0, nowMs - frame.showableAtMs);
}
