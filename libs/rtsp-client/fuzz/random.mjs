/** Chance that can be repeated: a case is fully given by the seed of the run and its own number. */
export class Random {
  #state;

  constructor(seed, caseNumber) {
    this.#state = (Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b) ^ Math.imul(caseNumber + 1, 0xc2b2_ae35)) >>> 0;
    this.u32();
  }

  /** mulberry32 */
  u32() {
    this.#state = (this.#state + 0x6d2b_79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** 0 to limit - 1. */
  below(limit) {
    return this.u32() % limit;
  }

  chance(oneIn) {
    return this.below(oneIn) === 0;
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  bytes(maxLength) {
    const bytes = Buffer.alloc(this.below(maxLength + 1));
    for (let i = 0; i < bytes.length; i++) bytes[i] = this.u32();
    return bytes;
  }

  /** A seed with some of it flipped, cut, doubled, overwritten or filled with another seed's pieces. */
  mutate(seeds, maxLength = 4_096) {
    let bytes = Buffer.from(this.pick(seeds));
    for (let count = this.below(6); count > 0; count--) bytes = this.#mutateOnce(bytes, seeds);
    return bytes.subarray(0, maxLength);
  }

  #mutateOnce(bytes, seeds) {
    const at = this.below(bytes.length + 1);
    const end = at + this.below(Math.min(32, bytes.length - at) + 1);
    switch (this.below(7)) {
      case 0: {
        if (at < bytes.length) bytes[at] ^= 1 << this.below(8);
        return bytes;
      }
      case 1:
        return Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
      case 2:
        return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
      case 3:
        return Buffer.concat([bytes.subarray(0, at), this.bytes(8), bytes.subarray(end)]);
      case 4: {
        const other = Buffer.from(this.pick(seeds));
        const from = this.below(other.length + 1);
        return Buffer.concat([bytes.subarray(0, at), other.subarray(from, from + this.below(64)), bytes.subarray(at)]);
      }
      case 5:
        return Buffer.concat([bytes.subarray(0, at), Buffer.from(this.pick(TOKENS), 'latin1'), bytes.subarray(at)]);
      default:
        return bytes.subarray(0, at);
    }
  }
}

const TOKENS = [
  '\0',
  '\r\n',
  '\n',
  '\r\n\r\n',
  '"',
  '\\',
  ';',
  ',',
  '=',
  ' ',
  '-1',
  '4294967296',
  '99999999999999999999',
].concat([
  '%00',
  '\xff',
  '\u0000\u0000\u0001',
  '\u0000\u0000\u0003',
  '$',
  '$\0\0\x04abcd',
  'RTSP/1.0 ',
  'm=video 0 RTP/AVP 96\r\n',
  'é',
]);
