/** What a JPEG says in its segments before the first scan (ITU-T T.81 Annex B). */
export interface JpegTables {
  /** Quantiser tables in zigzag order, by destination (B.2.4.1). */
  readonly quantisers: readonly (readonly number[])[];
  /** Width and height of the frame header (B.2.2), and each component's sampling factors as `HxV`. */
  readonly width: number;
  readonly height: number;
  readonly sampling: readonly string[];
}

export function readJpegTables(jpeg: Uint8Array): JpegTables {
  const bytes = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  const quantisers: number[][] = [];
  let frame = { width: 0, height: 0, sampling: [] as string[] };
  for (let at = 2; bytes[at + 1] !== START_OF_SCAN; at += 2 + bytes.readUInt16BE(at + 2)) {
    const segment = bytes.subarray(at + 4, at + 2 + bytes.readUInt16BE(at + 2));
    if (bytes[at + 1] === DEFINE_QUANTISERS) {
      for (let table = 0; table < segment.length; table += 65) {
        quantisers[segment.readUInt8(table)] = [...segment.subarray(table + 1, table + 65)];
      }
    }
    if (bytes[at + 1] === BASELINE_FRAME) {
      const sampling = [7, 10, 13].map((offset) => segment.readUInt8(offset)).map((hv) => `${hv >> 4}x${hv & 15}`);
      frame = { height: segment.readUInt16BE(1), width: segment.readUInt16BE(3), sampling };
    }
  }
  return { quantisers, ...frame };
}

const DEFINE_QUANTISERS = 0xdb;
const BASELINE_FRAME = 0xc0;
const START_OF_SCAN = 0xda;
