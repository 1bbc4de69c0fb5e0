/** The renditions wanted of one camera now, each with its own pacer. */
import { type Rendition, renditionId } from '@oriel/model';
import { FramePacer } from './frame-pacer.ts';

export class WantedRenditions {
  #byId = new Map<string, { readonly rendition: Rendition; readonly pacer: FramePacer; accumulator: number }>();
  #frameShare = 1;

  /** Renditions that stay keep their pacer. */
  set(renditions: readonly Rendition[]): void {
    this.#byId = new Map(
      renditions.map((rendition) => {
        const id = renditionId(rendition);
        return [
          id,
          this.#byId.get(id) ?? {
            rendition,
            pacer: new FramePacer(rendition.framerate),
            accumulator: 1 - this.#frameShare,
          },
        ];
      }),
    );
  }

  get all(): Rendition[] {
    return [...this.#byId.values()].map(({ rendition }) => rendition);
  }

  /** Sets the share of due frames that is made, 0 to 1, evenly spread. */
  setFrameShare(share: number): void {
    this.#frameShare = share;
  }

  has(rendition: Rendition): boolean {
    return this.#byId.has(renditionId(rendition));
  }

  /** 0 while nothing is wanted. */
  get maxFramerate(): number {
    return Math.max(0, ...[...this.#byId.values()].map(({ rendition }) => rendition.framerate));
  }

  /**
   * The renditions due for this picture. Call for each picture that can be shown, in presentation order, with its time
   * in ticks of 90 kHz.
   */
  due(presentationTicks: number): Rendition[] {
    const due: Rendition[] = [];
    for (const wanted of this.#byId.values()) {
      if (!wanted.pacer.isDue(presentationTicks)) continue;
      wanted.accumulator += this.#frameShare;
      if (wanted.accumulator < 1) continue;
      wanted.accumulator -= 1;
      due.push(wanted.rendition);
    }
    return due;
  }
}
