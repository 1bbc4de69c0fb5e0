/** Finds the pictures in a stream of JPEGs that follow each other without anything in between, as `ffmpeg -f mjpeg` writes them. */

/** End of image (ITU-T T.81 table B.1). Within coded data an FF is always followed by 00 or a restart marker. */
const END_OF_IMAGE = Buffer.from([0xff, 0xd9]);

export class JpegSplitter {
  #parts: Buffer[] = [];

  /** The pictures that are whole with this chunk. */
  push(chunk: Buffer): Buffer[] {
    const pictures: Buffer[] = [];
    let from = 0;
    // The marker may be split between two chunks.
    const last = this.#parts.at(-1);
    let end = last?.at(-1) === 0xff && chunk[0] === 0xd9 ? 1 : endAfter(chunk, 0);
    while (end !== undefined) {
      this.#parts.push(chunk.subarray(from, end));
      pictures.push(this.#parts.length === 1 ? chunk.subarray(from, end) : Buffer.concat(this.#parts));
      this.#parts = [];
      from = end;
      end = endAfter(chunk, from);
    }
    if (from < chunk.length) this.#parts.push(chunk.subarray(from));
    return pictures;
  }
}

function endAfter(chunk: Buffer, from: number): number | undefined {
  const at = chunk.indexOf(END_OF_IMAGE, from);
  return at < 0 ? undefined : at + END_OF_IMAGE.length;
}
