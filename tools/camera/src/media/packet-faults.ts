import type { SeededRandom } from '@oriel/testing';
import type { CameraFaults } from '../faults.ts';
import type { PacketTransport } from './packet-transport.ts';

const MAX_GARBAGE_BYTES = 500;

/** Loses, reorders and doubles the packets of one session as the camera's faults say. */
export class PacketFaults {
  readonly #faults: CameraFaults;
  readonly #random: SeededRandom;
  #lossesLeft = 0;
  #held: Buffer | undefined;

  constructor(faults: CameraFaults, random: SeededRandom) {
    this.#faults = faults;
    this.#random = random;
  }

  get active(): boolean {
    const { lossRate, reorderRate, duplicateRate, garbageRate } = this.#faults.settings;
    return lossRate + reorderRate + duplicateRate + garbageRate > 0 || this.#held !== undefined || this.#lossesLeft > 0;
  }

  send(bytes: Buffer, offsets: readonly number[], transport: PacketTransport): void {
    const { lossRate, lossBurstPackets, reorderRate, duplicateRate, garbageRate } = this.#faults.settings;
    if (this.#random.chance(garbageRate)) {
      transport.sendGarbage(this.#random.bytes(this.#random.integer(1, MAX_GARBAGE_BYTES)));
    }
    for (let index = 0; index < offsets.length - 1; index++) {
      const frame = bytes.subarray(offsets[index], offsets[index + 1]);
      if (this.#lossesLeft > 0) {
        this.#lossesLeft -= 1;
        continue;
      }
      if (this.#random.chance(lossRate)) {
        this.#lossesLeft = lossBurstPackets - 1;
        continue;
      }
      if (this.#held === undefined && this.#random.chance(reorderRate)) {
        this.#held = frame;
        continue;
      }
      transport.sendFrame(frame);
      if (this.#random.chance(duplicateRate)) transport.sendFrame(frame);
      if (this.#held === undefined) continue;
      transport.sendFrame(this.#held);
      this.#held = undefined;
    }
  }
}
