/**
 * Drops packets of foreign payload types: Geovision GV-EBD4701 mixes in type 50 with its own sequence numbers. If a camera uses
 * one wrong type throughout, that one is adopted.
 */
export class PayloadTypeFilter {
  readonly #accepted: Set<number>;
  #hasMatched = false;
  #candidate = -1;
  #candidatePackets = 0;

  constructor(payloadTypes: readonly number[]) {
    this.#accepted = new Set(payloadTypes);
  }

  push(payloadType: number): 'accepted' | 'dropped' | 'adopted' {
    if (this.#accepted.has(payloadType)) {
      this.#hasMatched = true;
      return 'accepted';
    }
    if (this.#hasMatched) return 'dropped';
    this.#candidatePackets = payloadType === this.#candidate ? this.#candidatePackets + 1 : 1;
    this.#candidate = payloadType;
    if (this.#candidatePackets < ADOPT_AFTER_PACKETS) return 'dropped';
    this.#accepted.add(payloadType);
    this.#hasMatched = true;
    return 'adopted';
  }
}

const ADOPT_AFTER_PACKETS = 50;
