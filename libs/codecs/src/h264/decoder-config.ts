/** AVCDecoderConfigurationRecord, the `avcC` box and the `description` of a WebCodecs configuration (ISO/IEC 14496-15 §5.3.3.1). */
import { malformed, type Parsed } from '@oriel/model';
import { parseSequenceParameterSet } from './sequence-parameter-set.ts';

export interface DecoderConfig {
  readonly sequenceParameterSets: readonly Uint8Array[];
  readonly pictureParameterSets: readonly Uint8Array[];
}

/**
 * Builds `avcC` for NAL units behind four-byte lengths.
 *
 * @throws TypeError without an SPS and a PPS, with more than 31 or 255 of them, or with one over 65 535 bytes: the caller chose them.
 */
export function buildDecoderConfig({ sequenceParameterSets, pictureParameterSets }: DecoderConfig): Uint8Array {
  const first = sequenceParameterSets[0];
  if (first === undefined || first.length < 4 || pictureParameterSets.length === 0) {
    throw new TypeError('avcC needs at least one SPS and one PPS.');
  }
  if (sequenceParameterSets.length > 31 || pictureParameterSets.length > 255) {
    throw new TypeError('avcC holds at most 31 SPS and 255 PPS.');
  }
  const output: number[] = [1, first[1] as number, first[2] as number, first[3] as number, 0xfc | (LENGTH_BYTES - 1)];
  output.push(0xe0 | sequenceParameterSets.length);
  for (const nalUnit of sequenceParameterSets) appendParameterSet(output, nalUnit);
  output.push(pictureParameterSets.length);
  for (const nalUnit of pictureParameterSets) appendParameterSet(output, nalUnit);
  appendHighProfileFields(output, first);
  return Uint8Array.from(output);
}

/** Views of the parameter sets in an `avcC` record. */
export function parseDecoderConfig(record: Uint8Array): Parsed<DecoderConfig> {
  if (record.length < 7 || record[0] !== 1) return malformed('avcc-bad-header', 0, CLAUSE);
  const sps = readParameterSets(record, 6, (record[5] as number) & 0b1_1111);
  if (sps === undefined || sps.next >= record.length) return malformed('avcc-cut', record.length, CLAUSE);
  const pps = readParameterSets(record, sps.next + 1, record[sps.next] as number);
  if (pps === undefined) return malformed('avcc-cut', record.length, CLAUSE);
  return { ok: true, value: { sequenceParameterSets: sps.nalUnits, pictureParameterSets: pps.nalUnits } };
}

const CLAUSE = 'ISO/IEC 14496-15 §5.3.3.1';
const LENGTH_BYTES = 4;
const PROFILES_WITHOUT_CHROMA: ReadonlySet<number> = new Set([66, 77, 88]);

function appendParameterSet(output: number[], nalUnit: Uint8Array): void {
  if (nalUnit.length > 0xffff) throw new TypeError('A parameter set is over 65535 bytes.');
  output.push(nalUnit.length >> 8, nalUnit.length & 0xff, ...nalUnit);
}

/** High and later profiles carry chroma format and bit depths; omitted when the SPS cannot be read. */
function appendHighProfileFields(output: number[], nalUnit: Uint8Array): void {
  const sps = parseSequenceParameterSet(nalUnit);
  if (!sps.ok || PROFILES_WITHOUT_CHROMA.has(sps.value.profileIdc)) return;
  const { chromaFormatIdc, bitDepthLuma, bitDepthChroma } = sps.value;
  output.push(0xfc | chromaFormatIdc, 0xf8 | (bitDepthLuma - 8), 0xf8 | (bitDepthChroma - 8), 0);
}

function readParameterSets(
  record: Uint8Array,
  from: number,
  count: number,
): { nalUnits: Uint8Array[]; next: number } | undefined {
  const nalUnits: Uint8Array[] = [];
  let position = from;
  for (let i = 0; i < count; i++) {
    if (position + 2 > record.length) return undefined;
    const start = position + 2;
    const end = start + (((record[position] as number) << 8) | (record[position + 1] as number));
    if (end > record.length) return undefined;
    nalUnits.push(record.subarray(start, end));
    position = end;
  }
  return { nalUnits, next: position };
}
