/** Holds the start of a message whose end has not arrived yet. The storage doubles and is kept, so steady traffic allocates nothing. */
export class CarryBuffer {
  #storage = Buffer.alloc(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** A view, invalid after the next call. */
  get bytes(): Uint8Array {
    return this.#storage.subarray(0, this.#length);
  }

  byteAt(offset: number): number | undefined {
    return offset < this.#length ? this.#storage[offset] : undefined;
  }

  append(bytes: Uint8Array): void {
    this.reserve(this.#length + bytes.length);
    this.#storage.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  reserve(capacityBytes: number): void {
    if (capacityBytes <= this.#storage.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(capacityBytes, 2 * this.#storage.length, INITIAL_BYTES));
    grown.set(this.bytes);
    this.#storage = grown;
  }

  /** Drops bytes from the front. */
  drop(count: number): void {
    this.#storage.copyWithin(0, count, this.#length);
    this.#length -= count;
  }

  clear(): void {
    this.#length = 0;
    // One large SDP or burst of garbage must not pin a megabyte for the life of the session.
    if (this.#storage.length > KEPT_BYTES) this.#storage = Buffer.alloc(0);
  }
}

const INITIAL_BYTES = 2_048;
/** Holds the largest interleaved frame, 4 + 65535 bytes, after doubling. */
const KEPT_BYTES = 131_072;
