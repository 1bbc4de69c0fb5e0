import { BlockingRead, type RawEntry } from './blocking-read.ts';
import { AFTER_ALL, BEFORE_ALL, type EntryId, isAfter, parseEntryId } from './entry-id.ts';
import type { MediaBusError } from './media-bus-error.ts';
import type { StreamConnection } from './stream-connection.ts';

export interface StreamEntry {
  readonly id: EntryId;
  readonly bytes: Buffer;
}

export interface StreamSubscriber {
  readonly key: string;
  /** Asked once: the subscriber gets what comes after this id. Asked again later when Redis could not answer. */
  readonly locate: () => Promise<EntryId>;
  /** What one read returned, oldest first, never empty. */
  readonly onEntries: (entries: readonly StreamEntry[]) => void;
}

export interface RedisStreamReaderDeps {
  /** @param key of the first stream of the group */
  readonly openConnection: (key: string) => StreamConnection;
  /**
   * Streams of one group are read with one XREAD over one connection. All are one group, except on Redis Cluster,
   * which refuses to read streams of several slots at once: there, those of one camera.
   */
  readonly groupOf: (key: string) => string;
  /** A group that nobody reads any more gives its connection back. */
  readonly closesIdleGroups: boolean;
  /** The highest id that each stream of one group has had; `not-a-stream` where the key holds something else. */
  readonly endsOf: (keys: readonly string[]) => Promise<readonly (EntryId | 'not-a-stream')[]>;
  readonly onError: (error: MediaBusError) => void;
}

/** Reads any number of streams with one blocked connection for each group of them. */
export class RedisStreamReader {
  readonly #deps: RedisStreamReaderDeps;
  readonly #groups = new Map<string, StreamGroup>();

  constructor(deps: RedisStreamReaderDeps) {
    this.#deps = deps;
  }

  /** Returns what ends the subscription; nothing is delivered after that. */
  subscribe(subscriber: StreamSubscriber): () => void {
    const name = this.#deps.groupOf(subscriber.key);
    let group = this.#groups.get(name);
    if (group === undefined) {
      group = new StreamGroup(this.#deps, subscriber.key);
      this.#groups.set(name, group);
    }
    const end = group.add(subscriber);
    const subscribed = group;
    return () => {
      end();
      if (!this.#deps.closesIdleGroups || !subscribed.isIdle || this.#groups.get(name) !== subscribed) return;
      this.#groups.delete(name);
      void subscribed.close();
    };
  }

  /** Waits until no read is under way any more. */
  async close(): Promise<void> {
    await Promise.all([...this.#groups.values()].map((group) => group.close()));
    this.#groups.clear();
  }
}

interface Reading {
  readonly subscriber: StreamSubscriber;
  position: EntryId;
}

class StreamGroup {
  readonly #deps: RedisStreamReaderDeps;
  readonly #read: BlockingRead;
  readonly #readings = new Map<string, Set<Reading>>();
  readonly #subscriptions = new Set<object>();
  /** Those that brought something since the last check. */
  readonly #lively = new Set<string>();
  /** Keys that hold no stream: one of them fails the read of all. Whoever publishes there removes what they hold, and says so. */
  #barred: ReadonlySet<string> = new Set();
  readonly #checking: NodeJS.Timeout;
  #isClosed = false;

  constructor(deps: RedisStreamReaderDeps, key: string) {
    this.#deps = deps;
    this.#checking = setInterval(() => void this.#checkSilent(), CHECK_INTERVAL_MS);
    this.#read = new BlockingRead({
      connection: deps.openConnection(key),
      positions: () => this.#positions(),
      onStream: (key, entries) => this.#deliver(key, entries),
      onError: (error) => {
        deps.onError(error);
        if (error.message.includes('WRONGTYPE')) void this.#checkSilent();
      },
    });
  }

  get isIdle(): boolean {
    return this.#subscriptions.size === 0;
  }

  add(subscriber: StreamSubscriber): () => void {
    const reading: Reading = { subscriber, position: BEFORE_ALL };
    const subscription = { isOpen: true };
    this.#subscriptions.add(subscription);
    void this.#locate(subscriber, subscription).then((position) => {
      if (position === undefined) return;
      reading.position = position;
      const readings = this.#readings.get(subscriber.key);
      if (readings === undefined) this.#readings.set(subscriber.key, new Set([reading]));
      else readings.add(reading);
      this.#read.positionsChanged();
    });
    return () => {
      subscription.isOpen = false;
      this.#subscriptions.delete(subscription);
      const readings = this.#readings.get(subscriber.key);
      readings?.delete(reading);
      if (readings?.size === 0) this.#readings.delete(subscriber.key);
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#checking);
    this.#readings.clear();
    await this.#read.close();
  }

  async #locate(subscriber: StreamSubscriber, subscription: { isOpen: boolean }): Promise<EntryId | undefined> {
    while (subscription.isOpen && !this.#isClosed) {
      try {
        const position = await subscriber.locate();
        return subscription.isOpen && !this.#isClosed ? position : undefined;
      } catch {
        // The command connection reports its errors itself; here it only matters that Redis has not answered yet.
        await new Promise((resolve) => setTimeout(resolve, LOCATE_RETRY_MS));
      }
    }
    return undefined;
  }

  /**
   * A foreign entry takes a reader to an id that the stream never reaches again once it has been removed, and nothing that comes then
   * would be read. Only streams that bring nothing are looked at, since in the others the reader is where it should be.
   */
  async #checkSilent(): Promise<void> {
    const silent = [...this.#readings.keys()].filter((key) => !this.#lively.has(key));
    this.#lively.clear();
    if (silent.length === 0) return;
    const before = new Map(silent.flatMap((key) => [...(this.#readings.get(key) ?? [])].map((r) => [r, r.position])));
    try {
      const found = await this.#deps.endsOf(silent);
      const ends = new Map(silent.map((key, index) => [key, found[index] ?? AFTER_ALL]));
      this.#bar(silent.filter((key) => ends.get(key) === 'not-a-stream'));
      const stranded = [...before].filter(([{ subscriber }, position]) => {
        const end = ends.get(subscriber.key) ?? AFTER_ALL;
        return end !== 'not-a-stream' && isAfter(position, end);
      });
      await Promise.all(stranded.map(([reading, position]) => this.#relocate(reading, position)));
    } catch {
      // The command connection reports its errors itself, and the next check comes.
    }
  }

  #bar(keys: readonly string[]): void {
    const isAnyFree = [...this.#barred].some((key) => !keys.includes(key));
    this.#barred = new Set(keys);
    if (isAnyFree) this.#read.positionsChanged();
  }

  async #relocate(reading: Reading, from: EntryId): Promise<void> {
    const position = await reading.subscriber.locate();
    if (this.#isClosed || reading.position !== from) return;
    reading.position = position;
    this.#read.positionsChanged();
  }

  /** One position a stream: the one furthest back. Who is ahead of it passes over what it has had. */
  #positions(): Map<string, EntryId> {
    const positions = new Map<string, EntryId>();
    for (const [key, readings] of this.#readings) {
      if (this.#barred.has(key)) continue;
      for (const { position } of readings) {
        const furthestBack = positions.get(key);
        if (furthestBack === undefined || isAfter(furthestBack, position)) positions.set(key, position);
      }
    }
    return positions;
  }

  #deliver(key: string, raw: readonly RawEntry[]): void {
    const entries: StreamEntry[] = [];
    for (const [rawId, fields] of raw) {
      // What somebody else has written is passed over by the subscriber, which counts it; the position goes on, or it would be read for ever.
      const id = parseEntryId(rawId.toString('latin1')) ?? AFTER_ALL;
      entries.push({ id, bytes: fields[1] ?? NO_BYTES });
    }
    this.#lively.add(key);
    const newest = entries.at(-1);
    if (newest === undefined) return;
    for (const reading of [...(this.#readings.get(key) ?? [])]) {
      if (!this.#readings.get(key)?.has(reading)) continue;
      const unseen = isAfter((entries[0] as StreamEntry).id, reading.position)
        ? entries
        : entries.filter(({ id }) => isAfter(id, reading.position));
      if (isAfter(newest.id, reading.position)) reading.position = newest.id;
      if (unseen.length > 0) deliverTo(reading.subscriber, unseen);
    }
  }
}

/** A subscriber's mistake is not this reader's: it surfaces as an uncaught exception, and the other streams go on. */
function deliverTo(subscriber: StreamSubscriber, entries: readonly StreamEntry[]): void {
  try {
    subscriber.onEntries(entries);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

const LOCATE_RETRY_MS = 50;
/** A silent stream is looked at within twice this time; what went wrong there is to be mended within 5 s. */
const CHECK_INTERVAL_MS = 1_000;
const NO_BYTES = Buffer.alloc(0);
