/** Finds out why a wanted camera shows no picture although its video arrives. No I/O. */
import type { PictureTrouble } from '@oriel/control';
import type { FaultReason } from '../transcoder-events.ts';

/** Why a picture could not be shown, in words for the camera's owner. */
export interface ShowFault {
  readonly reason: FaultReason;
  /** Plain words, never a secret. */
  readonly message: string;
  /** Monotonic clock. */
  readonly atMs: number;
}

/** Progress of a camera's pictures. Times are by the monotonic clock. */
export interface PictureProgress {
  /** When a picture was last published; minus infinity before the first. */
  readonly shownAtMs: number;
  /** When the first access unit after that picture was read; undefined if there is none yet. */
  readonly unshownSinceMs: number | undefined;
  readonly lastFault: ShowFault | undefined;
  /** Nothing can be decoded before the next keyframe. */
  readonly awaitsKeyframe: boolean;
  /** The cores are too few to show every picture. */
  readonly isReduced: boolean;
  /** Pictures a second that the plan shows; 0 while unknown. */
  readonly expectedPerSecond: number;
}

/**
 * Returns what is wrong; undefined while all is well or nothing can be said yet. A camera that sends nothing is not in
 * trouble here: ingest reports it.
 * @param wantedSinceMs when somebody began to want pictures
 */
export function pictureTrouble(
  progress: PictureProgress,
  wantedSinceMs: number,
  nowMs: number,
): PictureTrouble | undefined {
  const { shownAtMs, unshownSinceMs, lastFault, awaitsKeyframe, isReduced } = progress;
  if (unshownSinceMs === undefined) return undefined;
  const silentMs = nowMs - Math.max(wantedSinceMs, unshownSinceMs);
  const fault = lastFault !== undefined && lastFault.atMs > shownAtMs ? lastFault : undefined;
  const wasNeverShown = shownAtMs === Number.NEGATIVE_INFINITY;
  if (silentMs < (fault !== undefined && wasNeverShown ? FIRST_PICTURE_MS : patienceMs(progress))) return undefined;
  if (fault !== undefined) return { code: CODES[fault.reason], message: sentence(fault.message) };
  if (isReduced) {
    const message = 'No picture is made in time: there are too few cores for all the cameras that are watched.';
    return { code: 'too-few-cores', message };
  }
  if (awaitsKeyframe) {
    return { code: 'awaits-keyframe', message: 'The camera has sent no keyframe yet, with which its pictures begin.' };
  }
  return { code: 'no-picture', message: 'The camera sends video, but no picture comes of it.' };
}

function patienceMs({ expectedPerSecond }: PictureProgress): number {
  return expectedPerSecond > 0 ? Math.max(SILENT_MS, (PATIENCE_PICTURES * 1000) / expectedPerSecond) : SILENT_MS;
}

/** Ingest waits as long before it calls a camera stalled. */
const SILENT_MS = 3_000;
/** At less than one picture a second, this many may be missing. */
const PATIENCE_PICTURES = 3;
/**
 * Shorter for a camera whose pictures were refused from the start: a snapshot, which waits for 3 s, can then say why.
 */
const FIRST_PICTURE_MS = 1_000;

const CODES: Readonly<Record<FaultReason, string>> = {
  'too-large': 'too-large',
  'no-keyframe': 'not-decodable',
  corrupt: 'not-decodable',
  concealed: 'not-decodable',
  died: 'decoder-died',
  'encode-failed': 'not-encodable',
  'publish-failed': 'not-published',
};

/** Fault messages are written for logs; an owner reads a sentence with a capital and a full stop. */
function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
