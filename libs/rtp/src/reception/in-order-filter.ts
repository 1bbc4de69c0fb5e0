/**
 * Checks sequence numbers over TCP, which keeps order. Gaps still happen: cameras drop packets from their own send buffer.
 * Repeated and late packets are dropped; three consecutive late ones mean that the camera restarted its numbers.
 */
import { sequenceDistance } from '../packet/distance.ts';

export class InOrderFilter {
  #expected: number | undefined;
  #lateInARow = 0;
  #lastLate = 0;

  /** Classifies a packet against those before it. */
  push(sequenceNumber: number): InOrderVerdict {
    if (this.#expected === undefined) return this.#accept(sequenceNumber, 0);
    const ahead = sequenceDistance(this.#expected, sequenceNumber);
    if (ahead >= 0) return this.#accept(sequenceNumber, ahead);

    const followsLate = this.#lateInARow > 0 && sequenceDistance(this.#lastLate, sequenceNumber) === 1;
    this.#lateInARow = followsLate ? this.#lateInARow + 1 : 1;
    this.#lastLate = sequenceNumber;
    if (this.#lateInARow < RESTART_AFTER_PACKETS) return LATE;
    this.#accept(sequenceNumber, 0);
    return RESTARTED;
  }

  /** Forgets everything: the source changed. */
  restart(): void {
    this.#expected = undefined;
    this.#lateInARow = 0;
  }

  #accept(sequenceNumber: number, lostPackets: number): InOrderVerdict {
    this.#expected = (sequenceNumber + 1) & 0xffff;
    this.#lateInARow = 0;
    return lostPackets === 0 ? NEXT : { outcome: 'next', lostPackets };
  }
}

/** `restarted`: accepted, and unfinished data before it will not be completed. */
export interface InOrderVerdict {
  readonly outcome: 'next' | 'late' | 'restarted';
  /** How many are missing directly before it. */
  readonly lostPackets: number;
}

const RESTART_AFTER_PACKETS = 3;
const NEXT: InOrderVerdict = { outcome: 'next', lostPackets: 0 };
const LATE: InOrderVerdict = { outcome: 'late', lostPackets: 0 };
const RESTARTED: InOrderVerdict = { outcome: 'restarted', lostPackets: 0 };
