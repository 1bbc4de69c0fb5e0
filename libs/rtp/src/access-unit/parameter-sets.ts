/**
 * The parameter sets of one stream, from SDP and in band, by kind and id (ITU-T H.264 §7.4.1.2.1).
 *
 * Sets of the SDP may be missing, wrong or outdated, so those in the stream win. Unreadable sets are kept: decoders can often
 * read them.
 */
import type { NalRules, ParameterSetIdentity, VideoFormat } from './nal-rules.ts';

export class ParameterSets {
  readonly #sets = new Map<string, { readonly identity: ParameterSetIdentity; readonly nalUnit: Uint8Array }>();
  readonly #kinds = new Set<ParameterSetIdentity['kind']>();
  #byteStream: Uint8Array | undefined;
  #totalBytes = 0;
  #latestFormat: VideoFormat | undefined;
  #hasUndelivered = false;

  constructor(private readonly rules: NalRules) {}

  /**
   * Takes a set, and copies it when it is new or changed.
   *
   * @returns False when it is empty or too large to keep; it then stays in its place in the stream.
   */
  put(nalUnit: Uint8Array): boolean {
    if (nalUnit.length <= this.rules.headerBytes || nalUnit.length > MAX_SET_BYTES) return false;
    const identity = this.rules.identifyParameterSet(nalUnit);
    const key = `${identity.kind} ${identity.id}`;
    const known = this.#sets.get(key);
    if (known !== undefined && areEqual(known.nalUnit, nalUnit)) {
      this.#latestFormat = known.identity.format ?? this.#latestFormat;
      return true;
    }
    const totalBytes = this.#totalBytes + nalUnit.length - (known?.nalUnit.length ?? 0);
    if (totalBytes > MAX_TOTAL_BYTES) return false;

    this.#totalBytes = totalBytes;
    this.#sets.set(key, { identity, nalUnit: new Uint8Array(nalUnit) });
    this.#kinds.add(identity.kind);
    if (identity.kind === 'sps') this.#latestFormat = identity.format;
    this.#byteStream = undefined;
    this.#hasUndelivered = true;
    return true;
  }

  /** Decoding needs an SPS and a PPS. It does not need a VPS, and some cameras never send one. */
  get isComplete(): boolean {
    return this.#kinds.has('sps') && this.#kinds.has('pps');
  }

  /** Something changed since {@link markDelivered}. */
  get hasUndelivered(): boolean {
    return this.#hasUndelivered;
  }

  markDelivered(): void {
    this.#hasUndelivered = false;
  }

  /** All sets, VPS before SPS before PPS, as an Annex B byte stream. */
  get byteStream(): Uint8Array {
    this.#byteStream ??= this.#join();
    return this.#byteStream;
  }

  /** Format by the SPS that a picture with this PPS uses; by the latest SPS when that is unknown. */
  formatFor(pictureParameterSetId: number | undefined): VideoFormat | undefined {
    const pps = this.#sets.get(`pps ${pictureParameterSetId}`)?.identity;
    const sps = this.#sets.get(`sps ${pps?.sequenceParameterSetId}`)?.identity;
    return sps?.format ?? this.#latestFormat;
  }

  /** How many are kept, and their bytes. */
  get size(): { readonly sets: number; readonly bytes: number } {
    return { sets: this.#sets.size, bytes: this.#totalBytes };
  }

  #join(): Uint8Array {
    const ordered = [...this.#sets.values()].sort((a, b) => ORDER[a.identity.kind] - ORDER[b.identity.kind]);
    const joined = new Uint8Array(this.#totalBytes + ordered.length * START_CODE_BYTES);
    let position = 0;
    for (const { nalUnit } of ordered) {
      joined[position + START_CODE_BYTES - 1] = 1;
      joined.set(nalUnit, position + START_CODE_BYTES);
      position += START_CODE_BYTES + nalUnit.length;
    }
    return joined;
  }
}

const START_CODE_BYTES = 4;
/** The largest seen are a few hundred bytes; scaling lists and HRD can make them larger. */
const MAX_SET_BYTES = 8 * 1024;
/** Every keyframe carries them all. */
const MAX_TOTAL_BYTES = 64 * 1024;
const ORDER = { vps: 0, sps: 1, pps: 2 } as const;

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
