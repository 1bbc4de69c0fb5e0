/** What the stream of one camera should hold. Pure: the publisher tells it what it adds and trims as it says. */
import type { Retention } from './media-bus.ts';

export interface WindowEntry {
  readonly sequence: number;
  readonly bytes: number;
  readonly isKeyframe: boolean;
  readonly arrivalTimeUs: number;
}

export interface WindowChange {
  /** Everything older than this sequence leaves the stream; undefined when nothing does. */
  readonly keepFromSequence: number | undefined;
  /** The latest keyframe has just left: nobody may join here any more. */
  readonly keyframeLost: boolean;
}

/**
 * Keeps everything since the latest keyframe, whatever its size up to `bufferSizeBytes`, since that is what a new reader needs; and for a
 * second what came before, so that a reader some frames behind loses nothing when a keyframe comes. Who is further behind goes
 * on at the keyframe anyway. Where both do not fit, the older one keeps as much of its tail as does.
 * A GOP that does not fit alone is cut at its start: memory stays bounded, and nobody can join until the next keyframe.
 */
export class GopWindow {
  /** Most that the stream holds. */
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

  /** What an earlier epoch left stays for a moment, for readers that are still behind there; its size is not known here. */
  #dropPredecessors(ageUs: number): boolean {
    if (this.#predecessorsDropped || ageUs < PREDECESSORS_KEPT_US) return false;
    this.#predecessorsDropped = true;
    return true;
  }

  /** @param next the GOP that has followed the one in question. The clock may have been set back since. */
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
  /** Index of the oldest entry still held: shifting an array of thousands for each access unit would be quadratic. */
  first: number;
  bytes: number;
  /** Starts with its keyframe. */
  isWhole: boolean;
  /** Arrival of its first access unit, shared clock. */
  readonly startTimeUs: number;
}

/** What an entry costs Redis beside its bytes, roughly; it also bounds the number of tiny entries. */
const ENTRY_OVERHEAD_BYTES = 100;
/** Ingest lets no more than this pile up on its way to Redis, and viewers are shown nothing as old. */
const PREDECESSORS_KEPT_US = 1_000_000;
const COMPACT_AFTER_ENTRIES = 1024;
