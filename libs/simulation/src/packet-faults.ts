import type { SeededRandom } from './seeded-random.ts';

/** What a bad line or a bad camera does to packets. Rates are from 0 to 1. */
export interface PacketFaultRates {
  /** Part of the packets that are lost. */
  readonly lossRate: number;
  /** Packets lost in a row once a loss starts. */
  readonly lossBurstPackets: number;
  /** Part of the packets sent after the one that follows. */
  readonly reorderRate: number;
  /** Part of the packets sent twice. */
  readonly duplicateRate: number;
  /** Part of the pictures with up to 500 random bytes in front. */
  readonly garbageRate: number;
}

export const NO_PACKET_FAULTS: PacketFaultRates = {
  lossRate: 0,
  lossBurstPackets: 1,
  reorderRate: 0,
  duplicateRate: 0,
  garbageRate: 0,
};

export interface PacketFaultSink {
  readonly sendPacket: (packet: Buffer) => void;
  readonly sendGarbage: (bytes: Buffer) => void;
}

/** Loses, reorders and doubles the packets of one stream; the same seed does the same. */
export class PacketFaults {
  readonly #random: SeededRandom;
  #lossesLeft = 0;
  #held: Buffer | undefined;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** Whether packets have to go through here: a fault is wanted, or one is not over. */
  isActive({ lossRate, reorderRate, duplicateRate, garbageRate }: PacketFaultRates): boolean {
    return lossRate + reorderRate + duplicateRate + garbageRate > 0 || this.#held !== undefined || this.#lossesLeft > 0;
  }

  /** @param packets Those of one picture. */
  send(packets: Iterable<Buffer>, rates: PacketFaultRates, sink: PacketFaultSink): void {
    const random = this.#random;
    if (random.chance(rates.garbageRate)) sink.sendGarbage(random.bytes(random.integer(1, MAX_GARBAGE_BYTES)));
    for (const packet of packets) {
      if (this.#isLost(rates)) continue;
      if (this.#held === undefined && random.chance(rates.reorderRate)) {
        this.#held = packet;
        continue;
      }
      sink.sendPacket(packet);
      if (random.chance(rates.duplicateRate)) sink.sendPacket(packet);
      if (this.#held === undefined) continue;
      sink.sendPacket(this.#held);
      this.#held = undefined;
    }
  }

  #isLost({ lossRate, lossBurstPackets }: PacketFaultRates): boolean {
    if (this.#lossesLeft > 0) {
      this.#lossesLeft -= 1;
      return true;
    }
    if (!this.#random.chance(lossRate)) return false;
    this.#lossesLeft = lossBurstPackets - 1;
    return true;
  }
}

const MAX_GARBAGE_BYTES = 500;
