/** Admits to the decoder what the camera's plan allows: everything, or an even share of the keyframes. */
import type { AccessUnit } from '@oriel/media-bus';
import { type CameraPlan, FULL_PLAN } from '../load/camera-plan.ts';

export class DecodeGate {
  #plan: CameraPlan = FULL_PLAN;
  #accumulator = 0;

  set(plan: CameraPlan): void {
    // The next keyframe is shown however small the share: the last picture before it may be long past.
    if (plan.decodes !== this.#plan.decodes) this.#accumulator = 1 - plan.share;
    this.#plan = plan;
  }

  /** Call for each access unit, in order. After a refusal the decoder needs a keyframe. */
  admits({ isKeyframe }: Pick<AccessUnit, 'isKeyframe'>): boolean {
    if (this.#plan.decodes === 'all') return true;
    if (!isKeyframe) return false;
    this.#accumulator += this.#plan.share;
    if (this.#accumulator < 1) return false;
    this.#accumulator -= 1;
    return true;
  }
}
