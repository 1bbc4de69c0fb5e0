/** A JPEG on its way out of the gateway. Built once on arrival and shared by every viewer that gets it. */
import type { JpegFrame } from '@oriel/media-bus';
import type { Fence } from '@oriel/model';

/** Its fence is that of the access unit: the presentation order of a camera's pictures, across all renditions. */
export interface LiveFrame extends Fence {
  readonly cameraId: string;
  readonly renditionId: string;
  /** Size of the JPEG in pixels. */
  readonly width: number;
  readonly height: number;
  /** When the picture's last packet arrived from the camera: shared clock, in milliseconds since the Unix epoch. */
  readonly receivedAtMs: number;
  /** Earliest moment it could be shown. Later than `receivedAtMs` when B-frames that arrive after it are shown before it. */
  readonly showableAtMs: number;
  /** By the camera's own clock; undefined when the camera does not send it. */
  readonly capturedAtMs: number | undefined;
  /** One whole JPEG. */
  readonly data: Uint8Array;
}

/**
 * Added to a camera's `maxLatencyMs` before a picture counts as too old. Covers two hops over Redis and the error of the shared clock, both in
 * ingest, which stamps the picture, and in this gateway.
 */
export const CLOCK_AND_NETWORK_ALLOWANCE_MS = 50;

export function toLiveFrame(cameraId: string, renditionId: string, frame: JpegFrame): LiveFrame {
  return {
    cameraId,
    renditionId,
    epoch: frame.sourceEpoch,
    sequence: frame.sequence,
    width: frame.width,
    height: frame.height,
    receivedAtMs: Math.round(frame.arrivalTimeUs / 1000),
    showableAtMs: Math.round((frame.arrivalTimeUs + frame.reorderUs) / 1000),
    capturedAtMs: frame.captureTimeUs === undefined ? undefined : Math.round(frame.captureTimeUs / 1000),
    data: frame.data,
  };
}

/** 0 for a picture stamped slightly in the future. @param nowMs by the shared clock */
export function ageMs(frame: Pick<LiveFrame, 'receivedAtMs'>, nowMs: number): number {
  return Math.max(0, nowMs - frame.receivedAtMs);
}

/** How long ago it could have been shown; `maxLatencyMs` limits this. @param nowMs by the shared clock */
export function lateByMs(frame: Pick<LiveFrame, 'showableAtMs'>, nowMs: number): number {
  return Math.max(0, nowMs - frame.showableAtMs);
}
