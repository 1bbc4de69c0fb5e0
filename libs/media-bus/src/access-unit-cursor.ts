import { isNext } from '@oriel/model';
import type { AccessUnit } from './media-bus.ts';

/**
 * Position of one subscriber in a camera's access units; selects what it gets of each batch. No I/O.
 *
 * Without a gap, everything passes. After a gap (trimmed beneath the reader, lost with a Redis restart, dropped at
 * ingest, or a new epoch) decoding can resume only at a keyframe. It resumes at the newest one: a jump, never a lag.
 */
export class AccessUnitCursor {
  #last: AccessUnit | undefined;
  #awaitsKeyframe: boolean;
  #hasJumped = false;

  constructor(from: 'keyframe' | 'live') {
    this.#awaitsKeyframe = from === 'keyframe';
  }

  /**
   * @param batch the entries of one read, oldest first
   * @returns what to deliver, possibly nothing
   */
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
