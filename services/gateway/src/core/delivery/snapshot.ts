/** Takes one fresh picture of a camera. */
import type { Rendition } from '@oriel/model';
import type { LiveFrame } from './live-frame.ts';
import type { PictureFanout } from './picture-fanout.ts';

/** Enough time for a transcoder to take the camera and decode from its latest keyframe. */
export const SNAPSHOT_TIMEOUT_MS = 3_000;

/**
 * Resolves with the next picture, or with the last one if a viewer has just been shown it.
 *
 * @param signal aborted when the client is gone
 * @returns undefined when none came within {@link SNAPSHOT_TIMEOUT_MS}, or on abort
 */
export function takeSnapshot(
  fanout: Pick<PictureFanout, 'subscribe'>,
  cameraId: string,
  rendition: Rendition,
  signal: AbortSignal,
): Promise<LiveFrame | undefined> {
  return new Promise((resolve) => {
    let stop: (() => void) | undefined;
    let isDone = false;
    const finish = (frame: LiveFrame | undefined) => {
      if (isDone) return;
      isDone = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      stop?.();
      resolve(frame);
    };
    const onAbort = () => finish(undefined);
    const timer = setTimeout(onAbort, SNAPSHOT_TIMEOUT_MS);
    signal.addEventListener('abort', onAbort);
    stop = fanout.subscribe(cameraId, rendition, finish);
    // The fan-out may have called back before it returned `stop`.
    if (isDone) stop();
    if (signal.aborted) finish(undefined);
  });
}
