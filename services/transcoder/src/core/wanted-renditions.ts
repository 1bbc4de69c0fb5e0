/** The renditions that are wanted of one camera now, each with its own pace. */
import type { Rendition } from '@oriel/media-bus';
import { renditionId } from '@oriel/media-bus';
import { FramePacer } from './frame-pacer.ts';

export class WantedRenditions {
  #byId = new Map<string, { readonly rendition: Rendition; readonly pacer: FramePacer }>();

  /** Those that stay keep their pace. */
  set(renditions: readonly Rendition[]): void {
    this.#byId = new Map(
      renditions.map((rendition) => {
        const id = renditionId(rendition);
        return [id, this.#byId.get(id) ?? { rendition, pacer: new FramePacer(rendition.framerate) }];
      }),
    );
  }

  has(rendition: Rendition): boolean {
    return this.#byId.has(renditionId(rendition));
  }

  /** 0 while nothing is wanted. */
  get maxFramerate(): number {
    return Math.max(0, ...[...this.#byId.values()].map(({ rendition }) => rendition.framerate));
  }

  /** Asked for each picture that can be shown, in presentation order; the time in ticks of 90 kHz. */
  due(presentationTicks: number): Rendition[] {
    const due: Rendition[] = [];
    for (const { rendition, pacer } of this.#byId.values()) if (pacer.isDue(presentationTicks)) due.push(rendition);
    return due;
  }
}
