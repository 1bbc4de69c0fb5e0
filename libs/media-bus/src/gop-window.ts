/**
 * Decides what the stream of one camera should hold. No I/O: the publisher reports what it adds, and trims what this
 * returns.
 */
import type { Retention } from './media-bus.ts';

export interface WindowEntry {
  readonly sequence: number;
  readonly bytes: number;
  readonly isKeyframe: boolean;
  readonly arrivalTimeUs: number;
}

export interface WindowChange {
  /** Entries older than this sequence are to be trimmed; undefined if there are none. */
  readonly keepFromSequence: number | undefined;
  /** The latest keyframe has just been trimmed, so nobody can join here any more. */
  readonly keyframeLost: boolean;
}

/**
 * Keeps everything since the latest keyframe, up to `bufferSizeBytes`, because a new reader needs it. Also keeps the
 * previous GOP for a second, so that a reader a few frames behind loses nothing when a keyframe arrives; a reader
 * further behind continues at the keyframe anyway. If the two do not fit together, the older one is cut at its start. A
 * GOP that does not fit alone is cut at its start, too: memory stays bounded, and nobody can join until the next
 * keyframe.
 */
export class GopWindow {
  /** Upper limit of the stream's size. */
  bufferSizeBytes: number;
  readonly #gops: Gop[] = [];
  #bytes = 0;
  #accessUnits = 0;
  #holdsWholeGop = true;
  #firstArrivalTimeUs: number | undefined;
  #predecessorsDropped = false;

  constructor(bufferSizeBytes: number) {
    this.bufferSizeBytes = bufferSizeBytes;
  }

  get retention(): Retention {
    return {
      bytes: this.#bytes,
      accessUnits: this.#accessUnits,
      holdsWholeGop: this.#holdsWholeGop,
      bufferSizeBytes: this.bufferSizeBytes,
    };
  }

  add(entry: WindowEntry): WindowChange {
    const ended = this.#gops.at(-1);
    if (entry.isKeyframe || ended === undefined) {
      if (ended?.isWhole) this.#holdsWholeGop = true;
      const { isKeyframe, arrivalTimeUs } = entry;
      this.#gops.push({ entries: [], first: 0, bytes: 0, isWhole: isKeyframe, startTimeUs: arrivalTimeUs });
    }
    const current = this.#gops.at(-1) as Gop;
    const cost = entry.bytes + ENTRY_OVERHEAD_BYTES;
    current.entries.push({ sequence: entry.sequence, bytes: cost });
    current.bytes += cost;
    this.#bytes += cost;
    this.#accessUnits++;
    this.#firstArrivalTimeUs ??= entry.arrivalTimeUs;

    let trimmed = this.#dropPredecessors(entry.arrivalTimeUs - this.#firstArrivalTimeUs);
    while (this.#isPast(this.#gops[1], entry.arrivalTimeUs)) trimmed = this.#dropOldestGop();
    while (this.#isOver() && this.#gops.length > 2) trimmed = this.#dropOldestGop();
    while (this.#isOver() && this.#gops.length === 2) trimmed = this.#dropOldestEntry();
    const wasWhole = current.isWhole;
    while (this.#isOver() && current.entries.length - current.first > 1) {
      trimmed = this.#dropOldestEntry();
      current.isWhole = false;
      this.#holdsWholeGop = false;
    }
    return {
      keepFromSequence: trimmed ? this.#oldestSequence() : undefined,
      keyframeLost: wasWhole && !current.isWhole,
    };
  }

  /**
   * Trims what an earlier epoch left, after a second for readers that are still behind there. Its size is unknown here.
   */
  #dropPredecessors(ageUs: number): boolean {
    if (this.#predecessorsDropped || ageUs < PREDECESSORS_KEPT_US) return false;
    this.#predecessorsDropped = true;
    return true;
  }

  /** @param next the GOP that followed the one in question; the clock may have been set back since */
  #isPast(next: Gop | undefined, nowUs: number): boolean {
    return next !== undefined && Math.abs(nowUs - next.startTimeUs) >= PREDECESSORS_KEPT_US;
  }

  #isOver(): boolean {
    return this.#bytes > this.bufferSizeBytes;
  }

  #dropOldestGop(): boolean {
    const gop = this.#gops.shift() as Gop;
    this.#bytes -= gop.bytes;
    this.#accessUnits -= gop.entries.length - gop.first;
    return true;
  }

  #dropOldestEntry(): boolean {
    const gop = this.#gops[0] as Gop;
    const entry = gop.entries[gop.first] as Gop['entries'][number];
    gop.first++;
    gop.bytes -= entry.bytes;
    this.#bytes -= entry.bytes;
    this.#accessUnits--;
    if (gop.first === gop.entries.length) this.#gops.shift();
    else if (gop.first >= COMPACT_AFTER_ENTRIES) {
      gop.entries.splice(0, gop.first);
      gop.first = 0;
    }
    return true;
  }

  #oldestSequence(): number | undefined {
    const gop = this.#gops[0];
    return gop?.entries[gop.first]?.sequence;
  }
}

interface Gop {
  entries: { readonly sequence: number; readonly bytes: number }[];
  /** Index of the oldest entry still held. Shifting an array of thousands per access unit would be quadratic. */
  first: number;
  bytes: number;
  /** True if it starts with its keyframe. */
  isWhole: boolean;
  /** Arrival of its first access unit, by the shared clock. */
  readonly startTimeUs: number;
}

/** Approximate cost of an entry in Redis beyond its bytes. Also bounds the number of tiny entries. */
const ENTRY_OVERHEAD_BYTES = 100;
/** Ingest's backlog never exceeds this age, and viewers are shown nothing this old. */
const PREDECESSORS_KEPT_US = 1_000_000;
/** Compacts only after this many trimmed entries, which spreads the cost of the splice over them. */
const COMPACT_AFTER_ENTRIES = 1024;
