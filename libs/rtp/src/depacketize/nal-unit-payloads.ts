/** What the RTP payloads of H.264 (RFC 6184) and H.265 (RFC 7798) have in common: aggregates, fragments, and start codes that do not belong there. */
import type { AccessUnitAssembler } from '../access-unit/access-unit-assembler.ts';
import type { DeviationReason } from '../reception/deviations.ts';

/** 3 or 4 when the payload begins with a start code, else 0. */
export function leadingStartCodeBytes(payload: Uint8Array): number {
  if (payload[0] !== 0 || payload[1] !== 0) return 0;
  if (payload[2] === 1) return 3;
  return payload[2] === 0 && payload[3] === 1 ? 4 : 0;
}

/**
 * Hands over the NAL units of an aggregate (RFC 6184 §5.7.1, RFC 7798 §4.4.2). Some cameras pad with zero-length units.
 *
 * @param position - Offset of the first unit's size.
 * @returns offset of a unit that is cut off, those before it are still good; undefined when all are whole
 */
export function splitAggregate(
  payload: Uint8Array,
  position: number,
  assembler: Pick<AccessUnitAssembler, 'nalUnit'>,
): number | undefined {
  let next = position;
  while (next + AGGREGATED_SIZE_BYTES <= payload.length) {
    const size = ((payload[next] as number) << 8) | (payload[next + 1] as number);
    const start = next + AGGREGATED_SIZE_BYTES;
    next = start + size;
    if (size === 0) continue;
    if (next > payload.length) return start;
    assembler.nalUnit(payload.subarray(start, next));
  }
  return undefined;
}

/** Follows the fragments of one NAL unit: FU-A (RFC 6184 §5.8) and FU (RFC 7798 §4.4.3). Both forbid start and end in one, which OpenIPC sends. */
export class Fragments {
  readonly #assembler: AccessUnitAssembler;
  readonly #onDeviation: (reason: DeviationReason) => void;
  #type = 0;

  constructor(assembler: AccessUnitAssembler, onDeviation: (reason: DeviationReason) => void) {
    this.#assembler = assembler;
    this.#onDeviation = onDeviation;
  }

  /** Whether this fragment is of use; false where those before it are missing. @param header - Its FU header; @param type - of the NAL unit */
  accept(header: number, type: number): boolean {
    if (isFirstFragment(header)) {
      this.#assembler.abandonNalUnit('fragment-end-missing');
      if (isLastFragment(header)) this.#onDeviation('fragment-start-and-end');
      this.#type = type;
      return true;
    }
    if (!this.#assembler.isNalUnitOpen) {
      this.#assembler.missing('fragment-without-start');
      return false;
    }
    if (type !== this.#type) this.#onDeviation('fragment-type-changed');
    return true;
  }
}

export function isFirstFragment(header: number): boolean {
  return (header & 0b1000_0000) !== 0;
}

export function isLastFragment(header: number): boolean {
  return (header & 0b0100_0000) !== 0;
}

const AGGREGATED_SIZE_BYTES = 2;
