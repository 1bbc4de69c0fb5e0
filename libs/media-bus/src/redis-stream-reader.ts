import { setTimeout as delay } from 'node:timers/promises';
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
  /**
   * Returns the id after which the subscriber wants entries. Called once, and again if Redis could not answer or the
   * stream has been cleared.
   */
  readonly locate: () => Promise<EntryId>;
  /** The entries of one read, oldest first, never empty. */
  readonly onEntries: (entries: readonly StreamEntry[]) => void;
}

export interface RedisStreamReaderDeps {
  /** @param key first stream of the group */
  readonly openConnection: (key: string) => StreamConnection;
  /**
   * Streams of one group share an XREAD and a connection. Normally all streams are one group. Redis Cluster refuses to
   * read several slots at once, so there a group is the streams of one camera.
   */
  readonly groupOf: (key: string) => string;
  /** Whether a group without readers closes its connection. */
  readonly closesIdleGroups: boolean;
  /** The highest id that each of these streams has ever had; `not-a-stream` for a key that holds something else. */
  readonly endsOf: (keys: readonly string[]) => Promise<readonly (EntryId | 'not-a-stream')[]>;
  readonly onError: (error: MediaBusError) => void;
}

/** Reads any number of streams, with one blocking connection per group. */
export class RedisStreamReader {
  readonly #deps: RedisStreamReaderDeps;
  readonly #groups = new Map<string, StreamGroup>();

  constructor(deps: RedisStreamReaderDeps) {
    this.#deps = deps;
  }

  /** Returns a function that ends the subscription; nothing is delivered after that call. */
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

  /** Resolves when no read is running. */
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
  /** Streams that delivered something since the last check. */
  readonly #activeKeys = new Set<string>();
  /**
   * Keys that hold no stream; a single one fails the read of the whole group. Their publisher removes and reports what
   * they hold.
   */
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
        // The command connection reports its own errors. All that matters here is that Redis has not answered.
        await delay(LOCATE_RETRY_MS);
      }
    }
    return undefined;
  }

  /**
   * Rescues readers stranded by a foreign entry. Such an entry moves a reader to an id that the stream never reaches
   * again once the entry has been removed, so the reader would miss everything that follows. Only silent streams are
   * checked: in the others the reader is evidently in the right place.
   */
  async #checkSilent(): Promise<void> {
    const silent = [...this.#readings.keys()].filter((key) => !this.#activeKeys.has(key));
    this.#activeKeys.clear();
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
      // The command connection reports its own errors, and the next check follows.
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

  /** One position per stream, the lowest of its readers. Readers further ahead skip what they have already had. */
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
      // The subscriber skips and counts foreign entries. The position must move past them, or they would be read
      // forever.
      const id = parseEntryId(rawId.toString('latin1')) ?? AFTER_ALL;
      entries.push({ id, bytes: fields[1] ?? NO_BYTES });
    }
    this.#activeKeys.add(key);
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

/** An exception of one subscriber must not stop the other streams: it surfaces as an uncaught exception. */
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
/** A silent stream is checked within twice this time, so that a stranded reader recovers within 5 s. */
const CHECK_INTERVAL_MS = 1_000;
const NO_BYTES = Buffer.alloc(0);
