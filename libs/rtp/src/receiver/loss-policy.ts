/** Which access units a consumer gets to see after packet loss. */
import type { LossPolicyName } from './receiver-options.ts';

export class LossPolicy {
  #droppingSinceUs: number | undefined;

  constructor(
    private readonly name: LossPolicyName,
    private readonly dropUntilKeyframeUs: number,
  ) {}

  /** Whether to deliver an access unit. To be asked once for each, in order. */
  admits(unit: { isDamaged: boolean; isKeyframe: boolean; lostPackets: number; arrivalTimeUs: number }): boolean {
    if (this.name === 'deliver-damaged') return true;
    if (this.name === 'flag') return !unit.isDamaged;

    if (unit.isDamaged || unit.lostPackets > 0) this.#droppingSinceUs ??= unit.arrivalTimeUs;
    if (unit.isDamaged) return false;
    if (unit.isKeyframe || this.#hasTimedOut(unit.arrivalTimeUs)) this.#droppingSinceUs = undefined;
    return this.#droppingSinceUs === undefined;
  }

  /** Streams with intra refresh have no keyframes: they recover by themselves, and would stay black. */
  #hasTimedOut(nowUs: number): boolean {
    return this.#droppingSinceUs !== undefined && nowUs - this.#droppingSinceUs >= this.dropUntilKeyframeUs;
  }
}
