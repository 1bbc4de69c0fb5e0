/** Reuses a few large buffers, so that megabytes per picture do not go through the garbage collector. */
export class BufferPool {
  readonly #spare: Buffer[] = [];

  /** A buffer of exactly this size, with stale content. */
  take(bytes: number): Buffer {
    const index = this.#spare.findIndex((buffer) => buffer.length === bytes);
    const [spare] = index < 0 ? [] : this.#spare.splice(index, 1);
    return spare ?? Buffer.allocUnsafeSlow(bytes);
  }

  /** @param data a whole buffer from `take` */
  giveBack(data: Uint8Array): void {
    this.#spare.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    if (this.#spare.length > MAX_SPARE_BUFFERS) this.#spare.shift();
  }
}

const MAX_SPARE_BUFFERS = 3;
