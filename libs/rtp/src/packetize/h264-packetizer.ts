export interface PacketizerOptions {
  /** Longest RTP payload. @defaultValue 1400 */
  readonly maxPayloadBytes?: number;
  /** Put small NAL units that stand together into one STAP-A. @defaultValue false */
  readonly aggregate?: boolean;
}

const STAP_A = 24;
const FU_A = 28;

/**
 * RTP payloads of one access unit, packetization mode 1 (RFC 6184 §6.3): single NAL unit packets (§5.6), FU-A (§5.8) for what
 * is longer than a payload, and STAP-A (§5.7.1) if asked for. The last one takes the marker bit.
 * @param nalUnits without start codes or lengths
 */
export function packetizeH264(nalUnits: readonly Uint8Array[], options: PacketizerOptions = {}): Uint8Array[] {
  const { maxPayloadBytes = 1400, aggregate = false } = options;
  const payloads: Uint8Array[] = [];
  let group: Uint8Array[] = [];
  let groupBytes = 1;
  const flush = () => {
    if (group.length === 1) payloads.push(group[0] as Uint8Array);
    else if (group.length > 1) payloads.push(stapA(group));
    group = [];
    groupBytes = 1;
  };
  for (const nalUnit of nalUnits) {
    if (nalUnit.length > maxPayloadBytes) {
      flush();
      payloads.push(...fuA(nalUnit, maxPayloadBytes));
      continue;
    }
    if (!aggregate || groupBytes + 2 + nalUnit.length > maxPayloadBytes) flush();
    group.push(nalUnit);
    groupBytes += 2 + nalUnit.length;
  }
  flush();
  return payloads;
}

/** One single-time aggregation packet; its NRI is the highest of its NAL units (RFC 6184 §5.7.1). */
export function stapA(nalUnits: readonly Uint8Array[]): Buffer {
  const nri = Math.max(...nalUnits.map((nalUnit) => (nalUnit[0] ?? 0) & 0x60));
  const parts: Uint8Array[] = [Buffer.from([nri | STAP_A])];
  for (const nalUnit of nalUnits) {
    const size = Buffer.alloc(2);
    size.writeUInt16BE(nalUnit.length);
    parts.push(size, nalUnit);
  }
  return Buffer.concat(parts);
}

/** The fragments of one NAL unit of at least two bytes: at least two fragments, as RFC 6184 §5.8 asks. */
export function fuA(nalUnit: Uint8Array, maxPayloadBytes: number): Buffer[] {
  const header = nalUnit[0] ?? 0;
  const contentBytes = nalUnit.length - 1;
  const chunkBytes = Math.max(1, Math.min(maxPayloadBytes - 2, Math.ceil(contentBytes / 2)));
  const fragments: Buffer[] = [];
  for (let start = 0; start < contentBytes; start += chunkBytes) {
    const end = Math.min(start + chunkBytes, contentBytes);
    const fragment = Buffer.allocUnsafe(2 + end - start);
    fragment[0] = (header & 0xe0) | FU_A;
    fragment[1] = (start === 0 ? 0x80 : 0) | (end === contentBytes ? 0x40 : 0) | (header & 0x1f);
    fragment.set(nalUnit.subarray(1 + start, 1 + end), 2);
    fragments.push(fragment);
  }
  return fragments;
}
