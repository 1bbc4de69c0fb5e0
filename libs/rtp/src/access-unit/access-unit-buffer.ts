/**
 * Where the NAL units of the access unit in the making lie, each behind a start code.
 *
 * Payloads are views over a socket's buffer, which may be overwritten once the event is over, so each is copied here
 * at once. The buffer is reused from one access unit to the next: in the steady state the only allocation is the
 * finished access unit, of exact size, filled with one copy that mostly hits the cache. Holding views and joining at
 * the end would save that copy, but pin whole socket buffers (64 KiB for a 100 byte packet) and need a promise from
 * every transport that it never reuses them; and start codes that straddle two fragments would have to be looked for
 * across views.
 */
export class AccessUnitBuffer {
  #bytes = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  #length = 0;
  #peakBytes = 0;
  #unitsSincePeak = 0;

  constructor(private readonly maxBytes: number) {}

  get length(): number {
    return this.#length;
  }

  get capacityBytes(): number {
    return this.#bytes.length;
  }

  /**
   * Appends all but the first `skippedBytes`.
   *
   * @returns False when the access unit would become too large; nothing is appended then.
   */
  append(bytes: Uint8Array, skippedBytes: number): boolean {
    const start = this.#length - skippedBytes;
    const end = start + bytes.length;
    if (end > this.#bytes.length && !this.#grow(end)) return false;
    if (start < 0 || skippedBytes > bytes.length || skippedBytes > MAX_OVERLAP_BYTES) {
      this.#bytes.set(bytes.subarray(skippedBytes), this.#length);
      this.#length += Math.max(0, bytes.length - skippedBytes);
      return true;
    }
    // A view without the fragment headers would cost as much as the copy. So the headers are copied over the last bytes,
    // and those put back.
    const target = this.#bytes;
    const last = target[start] as number;
    const second = target[start + 1] as number;
    const third = target[start + 2] as number;
    target.set(bytes, start);
    if (skippedBytes > 0) target[start] = last;
    if (skippedBytes > 1) target[start + 1] = second;
    if (skippedBytes > 2) target[start + 2] = third;
    this.#length = end;
    return true;
  }

  /** Start code and first header byte of a NAL unit. */
  appendHeader(header: number): boolean {
    const end = this.#length + START_CODE_BYTES + 1;
    if (end > this.#bytes.length && !this.#grow(end)) return false;
    this.#bytes[this.#length] = 0;
    this.#bytes[this.#length + 1] = 0;
    this.#bytes[this.#length + 2] = 0;
    this.#bytes[this.#length + 3] = 1;
    this.#bytes[this.#length + 4] = header;
    this.#length = end;
    return true;
  }

  truncate(length: number): void {
    this.#length = length;
  }

  /** A view that is good until the next append. */
  view(start: number, end: number = this.#length): Buffer {
    return this.#bytes.subarray(start, end);
  }

  /** What was gathered, with `inserted` put in at `insertAt`, in memory of its own. Empties the buffer. */
  take(inserted: Uint8Array, insertAt: number): Uint8Array {
    const size = this.#length + inserted.length;
    const output = new Uint8Array(Buffer.allocUnsafeSlow(size).buffer, 0, size);
    if (inserted.length === 0) {
      output.set(this.view(0), 0);
    } else {
      output.set(this.view(0, insertAt), 0);
      output.set(inserted, insertAt);
      output.set(this.view(insertAt), insertAt + inserted.length);
    }
    this.clear();
    return output;
  }

  /** Empties the buffer, and gives memory back that has not been needed for long. */
  clear(): void {
    this.#peakBytes = Math.max(this.#peakBytes, this.#length);
    this.#length = 0;
    this.#unitsSincePeak += 1;
    if (this.#unitsSincePeak < SHRINK_AFTER_UNITS) return;
    const wanted = Math.max(INITIAL_BYTES, 2 * this.#peakBytes);
    if (wanted * 2 <= this.#bytes.length) this.#bytes = Buffer.allocUnsafeSlow(wanted);
    this.#peakBytes = 0;
    this.#unitsSincePeak = 0;
  }

  #grow(wanted: number): boolean {
    if (wanted > this.maxBytes) return false;
    const grown = Buffer.allocUnsafeSlow(Math.min(this.maxBytes, Math.max(wanted, 2 * this.#bytes.length)));
    grown.set(this.view(0), 0);
    this.#bytes = grown;
    return true;
  }
}

const START_CODE_BYTES = 4;
/** The headers of H.265 fragments. */
const MAX_OVERLAP_BYTES = 3;
const INITIAL_BYTES = 64 * 1024;
/** Half a minute at 30 frames/s: longer than the GOP of most cameras, so keyframes do not make it grow each time. */
const SHRINK_AFTER_UNITS = 1024;
