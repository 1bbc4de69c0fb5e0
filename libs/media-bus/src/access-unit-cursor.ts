import { isNext } from '@oriel/model';
import type { AccessUnit } from './media-bus.ts';

/**
 * Where one subscriber stands in a camera's access units, and what of a batch it gets. Pure.
 *
 * Without a gap, everything passes. After a gap (trimmed beneath the reader, lost with a Redis restart, dropped at ingest,
 * or a new epoch) decoding can only go on at a keyframe, and it goes on at the newest: a jump, never a lag.
 */
export class AccessUnitCursor {
  #last: AccessUnit | undefined;
  #awaitsKeyframe: boolean;
  #hasJumped = false;

  constructor(from: 'keyframe' | 'live') {
    this.#awaitsKeyframe = from === 'keyframe';
  }

  /** @param batch what one read returned, oldest first. Returns what to deliver, possibly nothing. */
  accept(batch: readonly AccessUnit[]): readonly AccessUnit[] {
    const delivered: AccessUnit[] = [];
    for (let index = 0; index < batch.length; index++) {
      let accessUnit = batch[index] as AccessUnit;
      const last = this.#last;
      const isGap = last !== undefined && !continues(last, accessUnit);
      if (isGap && !this.#awaitsKeyframe) {
        this.#awaitsKeyframe = true;
        this.#hasJumped = true;
      }
      if (this.#awaitsKeyframe) {
        const keyframe = batch.findLastIndex((candidate) => candidate.isKeyframe);
        if (keyframe < index) break;
        accessUnit = batch[keyframe] as AccessUnit;
        if (this.#hasJumped) accessUnit = { ...accessUnit, discontinuity: true };
        index = keyframe;
        this.#awaitsKeyframe = false;
        this.#hasJumped = false;
      }
      delivered.push(accessUnit);
      this.#last = accessUnit;
    }
    return delivered;
  }
}

function continues(last: AccessUnit, next: AccessUnit): boolean {
  return isNext(next, last);
}
