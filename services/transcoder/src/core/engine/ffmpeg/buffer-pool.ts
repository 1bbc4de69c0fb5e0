/** A few large buffers for pictures, used again and again: megabytes per picture are not left to the garbage collector. */
export class BufferPool {
  readonly #spare: Buffer[] = [];

  /** At least that many bytes; what they hold is left over. */
  take(bytes: number): Buffer {
    const index = this.#spare.findIndex((buffer) => buffer.length === bytes);
    const [spare] = index < 0 ? [] : this.#spare.splice(index, 1);
    return spare ?? Buffer.allocUnsafeSlow(bytes);
  }

  /** @param data a buffer of `take`, whole */
  giveBack(data: Uint8Array): void {
    this.#spare.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    if (this.#spare.length > MAX_SPARE_BUFFERS) this.#spare.shift();
  }
}

const MAX_SPARE_BUFFERS = 3;
