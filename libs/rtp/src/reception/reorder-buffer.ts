/**
 * Puts UDP packets back in order. A packet in sequence passes straight through. Packets after a gap wait until the gap is
 * filled, too many are waiting, or the first has waited too long.
 */
import { sequenceDistance } from '../packet/distance.ts';
import type { RtpPacket } from '../packet/rtp-packet.ts';

export interface ReorderBufferDeps {
  readonly maxPackets: number;
  readonly maxDelayUs: number;
  /** Called in sequence order. The payload is valid during the call only. `lostPackets` are missing directly before it. */
  readonly onPacket: (packet: RtpPacket, lostPackets: number, arrivalTimeUs: number) => void;
  /** A packet was repeated, or came too late. */
  readonly onLate: () => void;
  /** Sequence numbers jumped: what follows does not continue what came before. */
  readonly onRestart: () => void;
}

export class ReorderBuffer {
  /** Keyed by sequence number. Insertion order is arrival order, so the first has waited longest. */
  readonly #held = new Map<number, { readonly packet: RtpPacket; readonly arrivalTimeUs: number }>();
  #heldBytes = 0;
  #expected: number | undefined;
  #outOfWindowInARow = 0;
  #lastOutOfWindow = 0;
  #lateInARow = 0;

  constructor(private readonly deps: ReorderBufferDeps) {}

  get heldPackets(): number {
    return this.#held.size;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  push(packet: RtpPacket, arrivalTimeUs: number): void {
    this.#expected ??= packet.sequenceNumber;
    const ahead = sequenceDistance(this.#expected, packet.sequenceNumber);
    if (ahead > MAX_DROPOUT_PACKETS || ahead < -MAX_MISORDER_PACKETS) {
      this.#outOfWindow(packet, arrivalTimeUs);
    } else if (ahead < 0) {
      this.#late(packet, arrivalTimeUs);
    } else if (ahead === 0) {
      this.#lateInARow = 0;
      this.#outOfWindowInARow = 0;
      this.#release(packet, 0, arrivalTimeUs);
      this.#releaseFollowing();
    } else {
      this.#lateInARow = 0;
      this.#hold(packet, arrivalTimeUs);
    }
    if (this.#held.size > 0) this.tick(arrivalTimeUs);
  }

  /** Gives up on gaps whose next packet has waited too long. */
  tick(nowUs: number): void {
    for (let oldest = this.#oldest(); oldest !== undefined; oldest = this.#oldest()) {
      if (nowUs - oldest < this.deps.maxDelayUs) return;
      this.#skipGap();
    }
  }

  /** Gives up on all gaps. */
  flush(): void {
    while (this.#held.size > 0) this.#skipGap();
  }

  /** Forgets everything: the source changed. */
  restart(): void {
    this.#held.clear();
    this.#heldBytes = 0;
    this.#expected = undefined;
    this.#outOfWindowInARow = 0;
    this.#lateInARow = 0;
  }

  #hold(packet: RtpPacket, arrivalTimeUs: number): void {
    if (this.#held.has(packet.sequenceNumber)) {
      this.deps.onLate();
      return;
    }
    // Copies: slice() of a Buffer would be a view.
    const payload = new Uint8Array(packet.payload);
    this.#held.set(packet.sequenceNumber, { packet: { ...packet, payload }, arrivalTimeUs });
    this.#heldBytes += packet.payload.length;
    while (this.#held.size > this.deps.maxPackets || this.#heldBytes > MAX_HELD_BYTES) this.#skipGap();
  }

  #release(packet: RtpPacket, lostPackets: number, arrivalTimeUs: number): void {
    this.#expected = (packet.sequenceNumber + 1) & 0xffff;
    this.deps.onPacket(packet, lostPackets, arrivalTimeUs);
  }

  #releaseFollowing(): void {
    while (this.#expected !== undefined) {
      const next = this.#held.get(this.#expected);
      if (next === undefined) return;
      this.#take(next.packet);
      this.#release(next.packet, 0, next.arrivalTimeUs);
    }
  }

  #skipGap(): void {
    const expected = this.#expected ?? 0;
    let nearest: { readonly packet: RtpPacket; readonly arrivalTimeUs: number } | undefined;
    let gap = Number.POSITIVE_INFINITY;
    for (const held of this.#held.values()) {
      const ahead = sequenceDistance(expected, held.packet.sequenceNumber);
      if (ahead < gap) {
        nearest = held;
        gap = ahead;
      }
    }
    if (nearest === undefined) return;
    this.#take(nearest.packet);
    this.#release(nearest.packet, gap, nearest.arrivalTimeUs);
    this.#releaseFollowing();
  }

  #take(packet: RtpPacket): void {
    this.#held.delete(packet.sequenceNumber);
    this.#heldBytes -= packet.payload.length;
  }

  #oldest(): number | undefined {
    return this.#held.values().next().value?.arrivalTimeUs;
  }

  #late(packet: RtpPacket, arrivalTimeUs: number): void {
    this.#lateInARow += 1;
    if (this.#lateInARow > MAX_LATE_IN_A_ROW) this.#restartAt(packet, arrivalTimeUs);
    else this.deps.onLate();
  }

  /** One packet far outside the window is a stray; three consecutive ones mean that the sender restarted (RFC 3550 A.1). */
  #outOfWindow(packet: RtpPacket, arrivalTimeUs: number): void {
    const follows = this.#outOfWindowInARow > 0 && sequenceDistance(this.#lastOutOfWindow, packet.sequenceNumber) === 1;
    this.#outOfWindowInARow = follows ? this.#outOfWindowInARow + 1 : 1;
    this.#lastOutOfWindow = packet.sequenceNumber;
    if (this.#outOfWindowInARow < RESTART_AFTER_PACKETS) this.deps.onLate();
    else this.#restartAt(packet, arrivalTimeUs);
  }

  #restartAt(packet: RtpPacket, arrivalTimeUs: number): void {
    this.flush();
    this.restart();
    this.deps.onRestart();
    this.#release(packet, 0, arrivalTimeUs);
  }
}

/** RFC 3550 A.1. */
const MAX_DROPOUT_PACKETS = 3_000;
const MAX_MISORDER_PACKETS = 100;
const RESTART_AFTER_PACKETS = 3;
/** No network delays this many packets in a row: the camera restarted from a number close by. */
const MAX_LATE_IN_A_ROW = 64;
const MAX_HELD_BYTES = 4 * 1024 * 1024;
