/** Numbers the pictures of a camera in presentation order. No I/O. */
import type { AccessUnit, JpegFrame } from '@oriel/media-bus';

/**
 * The fields of a JPEG entry that order pictures, and that distinguish a late picture from one held back for B-frames.
 */
export type Place = Pick<JpegFrame, 'sourceEpoch' | 'sequence' | 'reorderUs'>;

/**
 * Access units are numbered as they arrive, which with B-frames is not the order of presentation. So a picture takes
 * the number of the access unit that released it from the decoder. That number is the same in every transcoder of the
 * camera, and without B-frames it is the picture's own.
 */
export class PresentationOrder {
  #epoch: number | undefined;
  #lastSequence = -1;

  /**
   * Call once for every picture, in the order the decoder outputs them.
   * @param more how many pictures the same access unit released after this one
   */
  place({ accessUnit, releasedBy }: Picture, more: number): Place {
    if (releasedBy.epoch !== this.#epoch) this.#lastSequence = -1;
    this.#epoch = releasedBy.epoch;
    // If one access unit releases several pictures, those before it released none, so their numbers are free.
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
