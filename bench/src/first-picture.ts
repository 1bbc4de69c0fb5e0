/**
 * How long a viewer waits for its first picture of a warm camera: ingest runs, but nobody watches and the transcoder has let
 * the camera go. The moment within the GOP is random.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { RemoteProcess } from './children/remote-process.ts';
import type { FirstPicture, ViewerMethods } from './children/viewer-process.ts';
import { type Distribution, distributionOf } from './measure/distribution.ts';
import { loadOfMachine } from './measure/machine.ts';
import { CAMERA_ID, type RunningOriel, SIZE_720P, withOriel } from './running-oriel.ts';
import { until } from './until.ts';

export interface FirstPictureOptions {
  readonly gopSeconds: number;
  readonly noise: boolean;
  readonly tries: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export interface FirstPictureResult {
  readonly gopSeconds: number;
  readonly picture: 'plain' | 'noisy';
  /** From `watch` on a connected socket to the frame, ms. */
  readonly firstViewerMs: Distribution;
  /** The same while another viewer watches already. */
  readonly secondViewerMs: Distribution;
  readonly firstViewer: readonly FirstPicture[];
  readonly secondViewer: readonly FirstPicture[];
  readonly loads: readonly number[];
}

/** The first viewer watches that long before the second one comes. */
const BETWEEN_VIEWERS_MS = 2000;

export function measureFirstPicture(options: FirstPictureOptions): Promise<FirstPictureResult> {
  const { gopSeconds, noise, tries, signal, say } = options;
  return withOriel({ size: SIZE_720P, gopSeconds, noise, signal }, async (oriel) => {
    const firstViewer: FirstPicture[] = [];
    const secondViewer: FirstPicture[] = [];
    const loads: number[] = [];
    for (let number = 1; number <= tries; number++) {
      await untilTranscoderIsIdle(oriel, signal);
      // Also the first try has a whole GOP behind it; for later ones, the transcoder has lingered longer than one.
      const gops = number === 1 ? 1 + Math.random() : Math.random();
      await delay(gops * gopSeconds * 1000, undefined, { signal });
      const [first, second] = await oneTry(oriel, signal);
      firstViewer.push(first);
      secondViewer.push(second);
      loads.push(loadOfMachine());
      const [firstMs, secondMs] = [first, second].map(({ arrivedMs }) => arrivedMs.toFixed(0));
      say(`GOP ${gopSeconds} s, ${number} of ${tries}: ${firstMs} ms, second viewer ${secondMs} ms`);
    }
    const times = (pictures: readonly FirstPicture[]) => distributionOf(pictures.map(({ arrivedMs }) => arrivedMs));
    return {
      gopSeconds,
      picture: noise ? 'noisy' : 'plain',
      firstViewerMs: times(firstViewer),
      secondViewerMs: times(secondViewer),
      firstViewer,
      secondViewer,
      loads,
    };
  });
}

async function oneTry(oriel: RunningOriel, signal: AbortSignal): Promise<[FirstPicture, FirstPicture]> {
  const viewers = [
    new RemoteProcess<ViewerMethods>('viewer-process', signal),
    new RemoteProcess<ViewerMethods>('viewer-process', signal),
  ] as const;
  try {
    for (const viewer of viewers) await viewer.call('connect', oriel.url);
    const first = await viewers[0].call('watch', CAMERA_ID);
    await delay(BETWEEN_VIEWERS_MS, undefined, { signal });
    return [first, await viewers[1].call('watch', CAMERA_ID)];
  } finally {
    await Promise.all(viewers.map((viewer) => viewer.end()));
  }
}

/** Ten seconds after the last viewer; heartbeats tell it a second later. */
function untilTranscoderIsIdle(oriel: RunningOriel, signal: AbortSignal): Promise<void> {
  return until(async () => (await oriel.camerasInTranscoding()) === 0, {
    what: 'the transcoder to let the camera go',
    signal,
  });
}
