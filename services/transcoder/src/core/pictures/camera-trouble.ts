/** Why no picture comes of a camera that is wanted, although its video does. Pure. */
import type { PictureTrouble } from '@oriel/control';
import type { FaultReason } from '../transcoder-events.ts';

/** Why a picture could not be shown, for the camera's owner. */
export interface ShowFault {
  readonly reason: FaultReason;
  /** Plain words, without a secret. */
  readonly message: string;
  /** By the monotonic clock. */
  readonly atMs: number;
}

/** How far a camera has come with its pictures. Times are by the monotonic clock. */
export interface PictureProgress {
  /** When a picture was last published; minus infinity for never. */
  readonly shownAtMs: number;
  /** When the first access unit after that picture was read; undefined while there is none. */
  readonly unshownSinceMs: number | undefined;
  readonly lastFault: ShowFault | undefined;
  /** Nothing can be decoded before the next keyframe. */
  readonly awaitsKeyframe: boolean;
  /** There are too few cores to show them all. */
  readonly isReduced: boolean;
  /** Pictures a second that are meant to be shown; 0 while unknown. */
  readonly expectedPerSecond: number;
}

/**
 * Undefined while all is well, or nothing can be said yet. A camera that sends nothing has no trouble here: ingest speaks for it.
 * @param wantedSinceMs since when somebody has wanted pictures
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

/** As long as ingest waits before it calls a camera stalled. */
const SILENT_MS = 3_000;
/** Where fewer are shown than one a second, so many may be missing. */
const PATIENCE_PICTURES = 3;
/** A camera whose pictures were refused from the start had its chance; a snapshot, which waits for 3 s, can say why. */
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

/** Faults are written for logs: as a sentence they begin with a capital and end with a full stop. */
function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
