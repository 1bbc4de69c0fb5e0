/** Limits a slow consumer's queue: above the limit, access units are dropped up to the next keyframe that finds room. */
export class BacklogGate {
  #isDropping = false;

  constructor(private readonly maxBytes: number) {}

  /** @returns `resumed` for the first access unit after others were dropped. */
  push(isKeyframe: boolean, backlogBytes: number): 'deliver' | 'resumed' | 'drop' {
    if (backlogBytes > this.maxBytes) this.#isDropping = true;
    if (!this.#isDropping) return 'deliver';
    if (!isKeyframe || backlogBytes > this.maxBytes) return 'drop';
    this.#isDropping = false;
    return 'resumed';
  }
}
