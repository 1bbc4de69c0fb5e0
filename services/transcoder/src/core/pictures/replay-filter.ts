/** Finds the pictures at the start of a camera's new session that were shown from its old one. Pure. */
import type { AccessUnit } from '@oriel/media-bus';

/**
 * When ingest hands a camera over, or connects to it again, many cameras begin with the last keyframe that they have made, and not
 * with a new one: everything since then comes a second time, byte for byte. It has to be decoded again, but not shown.
 */
export class ReplayFilter {
  #recent: string[] = [];
  #epoch: number | undefined;
  /** When the first picture of a session came whose pictures may be replayed ones. */
  #sessionSinceUs: number | undefined;

  /** Asked once for every picture, in the order of decoding. */
  isReplay({ epoch, data, discontinuity, arrivalTimeUs }: Picture): boolean {
    if (discontinuity || (this.#epoch !== undefined && epoch !== this.#epoch)) this.#sessionSinceUs = arrivalTimeUs;
    this.#epoch = epoch;
    const signature = signatureOf(data);
    const isStart = this.#sessionSinceUs !== undefined && arrivalTimeUs - this.#sessionSinceUs < MAX_REPLAY_US;
    if (isStart && this.#recent.includes(signature)) return true;
    // The first picture that is new ends it: a still scene may well repeat itself later.
    this.#sessionSinceUs = undefined;
    this.#recent.push(signature);
    if (this.#recent.length > MAX_RECENT) this.#recent.shift();
    return false;
  }
}

type Picture = Pick<AccessUnit, 'epoch' | 'data' | 'discontinuity' | 'arrivalTimeUs'>;

/** The end of entropy-coded data, and its length, are as good as a hash of it. */
function signatureOf(data: Uint8Array): string {
  return `${data.length} ${Buffer.from(data.subarray(-SIGNATURE_BYTES)).toString('latin1')}`;
}

/** What was kept is sent at once; what comes later is live, even if it is a clip that is played again and again. */
const MAX_REPLAY_US = 500_000;
const SIGNATURE_BYTES = 24;
/** A long GOP of a fast camera. */
const MAX_RECENT = 300;
