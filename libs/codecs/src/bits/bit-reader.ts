/**
 * Reads bits from a raw byte sequence payload (RBSP), most significant first (ITU-T H.264 §7.2, §9.1).
 *
 * A read past the end returns 0 and sets {@link BitReader.failed} permanently, so a parser can read straight through and check
 * once. Loops over counts read from the bits need a limit of their own.
 */
export class BitReader {
  #position = 0;
  #failed = false;

  /** @param rbsp - Without emulation prevention bytes. */
  constructor(private readonly rbsp: Uint8Array) {}

  /** A read went past the end, or an Exp-Golomb code was longer than 32 bits: discard what was read. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Byte that holds the next bit, for faults. */
  get offsetBytes(): number {
    return this.#position >> 3;
  }

  get remainingBits(): number {
    return this.rbsp.length * 8 - this.#position;
  }

  /** u(n), 0 to 32 bits. */
  bits(count: number): number {
    if (this.#failed || count > this.remainingBits) {
      this.#failed = true;
      return 0;
    }
    // Multiplies because a signed shift cannot hold 32 bits.
    let value = 0;
    let left = count;
    while (left > 0) {
      const bitInByte = this.#position & 7;
      const taken = Math.min(left, 8 - bitInByte);
      const byte = this.rbsp[this.#position >> 3] as number;
      value = value * 2 ** taken + ((byte >> (8 - bitInByte - taken)) & (2 ** taken - 1));
      this.#position += taken;
      left -= taken;
    }
    return value;
  }

  flag(): boolean {
    return this.bits(1) === 1;
  }

  skip(count: number): void {
    if (count > this.remainingBits) this.#failed = true;
    else this.#position += count;
  }

  /** ue(v), 0 to 2^32 - 2 (§9.1). */
  unsignedExpGolomb(): number {
    let leadingZeros = 0;
    while (!this.#failed && this.bits(1) === 0) leadingZeros += 1;
    if (leadingZeros > 32) this.#failed = true;
    if (this.#failed) return 0;
    const value = 2 ** leadingZeros - 1 + this.bits(leadingZeros);
    if (value > MAX_EXP_GOLOMB) this.#failed = true;
    return this.#failed ? 0 : value;
  }

  /** se(v), -(2^31 - 1) to 2^31 - 1 (§9.1.1). */
  signedExpGolomb(): number {
    const code = this.unsignedExpGolomb();
    return code % 2 === 1 ? (code + 1) / 2 : 0 - code / 2;
  }
}

const MAX_EXP_GOLOMB = 2 ** 32 - 2;
