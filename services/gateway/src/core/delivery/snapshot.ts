/** One fresh picture of a camera. */
import type { Rendition } from '@oriel/model';
import type { LiveFrame } from './live-frame.ts';
import type { PictureFanout } from './picture-fanout.ts';

/** Enough for a transcoder to take the camera and to decode from its latest keyframe on. */
export const SNAPSHOT_TIMEOUT_MS = 3_000;

/**
 * The next picture, or one that a viewer was just shown.
 *
 * @param signal - aborted when nobody waits for it any more
 * @returns undefined when none came within {@link SNAPSHOT_TIMEOUT_MS}, or after the signal
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
    // The fan-out may have had a picture at hand, and then `stop` came too late for `finish`.
    if (isDone) stop();
    if (signal.aborted) finish(undefined);
  });
}
