/** Many viewers in one process: they take what they are sent, and count. */
import type { WatchRequest } from '@oriel/stream-protocol';
import { type LeanViewer, openLeanViewer } from './lean-viewer.ts';
import { serve } from './remote-process.ts';

export interface CrowdCount {
  readonly frames: number;
  readonly bytes: number;
  readonly skipped: number;
  /** Of each frame: from the arrival of its last packet at ingest to the hand-over to the socket. */
  readonly sendAgesMs: Float64Array;
}

export interface CrowdMethods {
  /** Resolves when all of them watch. */
  add(url: string, watch: WatchRequest, viewers: number): Promise<void>;
  /** All of them. */
  remove(): Promise<void>;
  startCounting(): Promise<void>;
  stopCounting(): Promise<CrowdCount>;
}

const crowd: LeanViewer[] = [];
let count = newCount();

function newCount() {
  return { frames: 0, bytes: 0, skipped: 0, sendAgesMs: [] as number[] };
}

serve<CrowdMethods>(
  {
    add: async (url, watch, viewers) => {
      const opening = Array.from({ length: viewers }, () =>
        openLeanViewer({
          url,
          watch,
          onFrame: ({ sentAtMs, receivedAtMs, skipped }, bytes) => {
            count.frames++;
            count.bytes += bytes;
            count.skipped += skipped;
            count.sendAgesMs.push(sentAtMs - receivedAtMs);
          },
        }),
      );
      crowd.push(...(await Promise.all(opening)));
    },
    remove: async () => {
      for (const viewer of crowd.splice(0)) viewer.close();
    },
    startCounting: async () => {
      count = newCount();
    },
    stopCounting: async () => ({ ...count, sendAgesMs: Float64Array.from(count.sendAgesMs) }),
  },
  () => {
    for (const viewer of crowd) viewer.close();
  },
);
