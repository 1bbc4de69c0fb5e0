/** Finds pictures at the start of a camera's new session that its old session has already shown. No I/O. */
import type { AccessUnit } from '@oriel/media-bus';

/**
 * When ingest hands a camera over or reconnects, many cameras start with their last keyframe instead of a new one.
 * Everything since that keyframe then arrives a second time, byte for byte. It must be decoded again but not shown
 * again.
 */
export class ReplayFilter {
  #recent: string[] = [];
  #epoch: number | undefined;
  /** Arrival of the first picture of a session that may still be replaying; undefined otherwise. */
  #sessionSinceUs: number | undefined;

  /** Call once for every picture, in decoding order. */
  isReplay({ epoch, data, discontinuity, arrivalTimeUs }: Picture): boolean {
    if (discontinuity || (this.#epoch !== undefined && epoch !== this.#epoch)) this.#sessionSinceUs = arrivalTimeUs;
    this.#epoch = epoch;
    const signature = signatureOf(data);
    const isStart = this.#sessionSinceUs !== undefined && arrivalTimeUs - this.#sessionSinceUs < MAX_REPLAY_US;
    if (isStart && this.#recent.includes(signature)) return true;
    // The first new picture ends the replay: a still scene may repeat itself later.
    this.#sessionSinceUs = undefined;
    this.#recent.push(signature);
    if (this.#recent.length > MAX_RECENT) this.#recent.shift();
    return false;
  }
}

type Picture = Pick<AccessUnit, 'epoch' | 'data' | 'discontinuity' | 'arrivalTimeUs'>;

/** The end and the length of entropy-coded data identify it as well as a hash. */
function signatureOf(data: Uint8Array): string {
  return `${data.length} ${Buffer.from(data.subarray(-SIGNATURE_BYTES)).toString('latin1')}`;
}

/** A camera sends what it kept at once. What comes later is live, even if it is a clip played in a loop. */
const MAX_REPLAY_US = 500_000;
const SIGNATURE_BYTES = 24;
/** A long GOP of a fast camera: 10 s at 30 frames/s. */
const MAX_RECENT = 300;
