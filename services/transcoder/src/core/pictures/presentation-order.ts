/** The place that a picture has among all of its camera, in the order in which they are shown. Pure. */
import type { AccessUnit, JpegFrame } from '@oriel/media-bus';

/** What of a JPEG's entry tells newer from older, and late from held back. */
export type Place = Pick<JpegFrame, 'sourceEpoch' | 'sequence' | 'reorderUs'>;

/**
 * Access units are numbered as they come, which with B-frames is not the order of presentation. A picture takes the number of the access
 * unit that brought it out: the same in every transcoder of the camera, and without B-frames its own.
 */
export class PresentationOrder {
  #epoch: number | undefined;
  #lastSequence = -1;

  /** Asked once for every picture that comes out, in that order. @param more that the same access unit brought out after it */
  place({ accessUnit, releasedBy }: Picture, more: number): Place {
    if (releasedBy.epoch !== this.#epoch) this.#lastSequence = -1;
    this.#epoch = releasedBy.epoch;
    // Where one access unit brings out several, those before it have brought out none: their numbers are free.
    this.#lastSequence = Math.max(this.#lastSequence + 1, releasedBy.sequence - more);
    return {
      sourceEpoch: releasedBy.epoch,
      sequence: this.#lastSequence,
      reorderUs: Math.max(0, releasedBy.arrivalTimeUs - accessUnit.arrivalTimeUs),
    };
  }
}

interface Picture {
  readonly accessUnit: Pick<AccessUnit, 'arrivalTimeUs'>;
  readonly releasedBy: Pick<AccessUnit, 'epoch' | 'sequence' | 'arrivalTimeUs'>;
}
