import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { type EntryId, entryId } from './entry-id.ts';
import { type MediaBusError, mediaBusError } from './media-bus-error.ts';
import type { ReaderConnections, StreamConnection } from './stream-connection.ts';

/** An entry as ioredis returns it: fields and values alternate. */
export type RawEntry = [id: Buffer, fields: Buffer[]];

export interface BlockingReadDeps {
  /** Used by this read alone, and closed with it. */
  readonly connection: StreamConnection;
  /** Read before each XREAD. */
  readonly positions: () => ReadonlyMap<string, EntryId>;
  readonly onStream: (key: string, entries: readonly RawEntry[]) => void;
  readonly onError: (error: MediaBusError) => void;
}

/** Runs one XREAD BLOCK after another while there is something to read. */
export class BlockingRead {
  readonly #deps: BlockingReadDeps;
  /** Redis' client id of the connection that reads, while that connection stands. */
  #client: { readonly reader: Redis; readonly id: number } | undefined;
  /** The read that Redis is blocking now, if any. */
  #current: { readonly interrupter: Redis } | undefined;
  #loop: Promise<void> | undefined;
  #isClosed = false;

  constructor(deps: BlockingReadDeps) {
    this.#deps = deps;
  }

  /** Call when the streams or positions have changed: interrupts a blocked read at once. */
  positionsChanged(): void {
    if (this.#isClosed) return;
    if (this.#loop === undefined) this.#loop = this.#run();
    else void this.#interrupt();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#deps.connection.close()) await this.#loop;
  }

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      if (this.#deps.positions().size === 0) break;
      try {
        const connections = await this.#deps.connection.current();
        if (this.#isClosed) break;
        // Before reading the positions: a subscription added while this awaits interrupts nothing, so it must be in
        // this read.
        await this.#identify(connections.reader);
        const positions = this.#deps.positions();
        if (positions.size === 0) break;
        await this.#readOnce(connections, positions);
        if (positions.size >= MANY_STREAMS) await delay(PAUSE_MS);
      } catch (error) {
        if (this.#isClosed) break;
        // The connection reports that it broke, once. The reads that fail meanwhile add nothing.
        const reported = mediaBusError(error);
        if (reported.code !== 'disconnected' && !isMoving(error)) this.#deps.onError(reported);
        await delay(RETRY_MS);
      }
    }
    this.#loop = undefined;
  }

  async #identify(reader: Redis): Promise<void> {
    if (this.#client?.reader === reader) return;
    this.#client = undefined;
    reader.once('close', () => {
      if (this.#client?.reader === reader) this.#client = undefined;
    });
    this.#client = { reader, id: await reader.client('ID') };
  }

  async #readOnce({ reader, interrupter }: ReaderConnections, positions: ReadonlyMap<string, EntryId>): Promise<void> {
    const keys = [...positions.keys()];
    const ids = [...positions.values()].map(({ epoch, counter }) => entryId(epoch, counter));
    this.#current = { interrupter };
    const reply = await reader.xreadBuffer('BLOCK', BLOCK_MS, 'STREAMS', ...keys, ...ids).finally(() => {
      this.#current = undefined;
    });
    for (const [key, entries] of reply ?? []) this.#deps.onStream(key.toString('latin1'), entries);
  }

  /**
   * Unblocks the current read. Redis serves the two connections in any order, so CLIENT UNBLOCK may reach it before the
   * read and do nothing. Hence the retry until Redis has unblocked the read or the read has ended.
   */
  async #interrupt(): Promise<void> {
    const read = this.#current;
    if (read === undefined) return;
    try {
      while (this.#current === read && this.#client !== undefined) {
        if ((await read.interrupter.client('UNBLOCK', this.#client.id)) === 1) return;
        await delay(UNBLOCK_RETRY_MS);
      }
    } catch (error) {
      // The read ends within BLOCK_MS anyway. A Redis that forbids CLIENT UNBLOCK only makes joining slower.
      this.#deps.onError(mediaBusError(error));
    }
  }
}

/** True while the streams' slot is moving to another node of the cluster, which will soon be known. */
function isMoving(error: unknown): boolean {
  return (
    error instanceof Error && /^(MOVED|ASK|TRYAGAIN|CLUSTERDOWN|UNBLOCKED|LOADING|MASTERDOWN) /.test(error.message)
  );
}

/**
 * Longest blocked read. Each answer proves that the connection is alive, so this stays below the connection's silence
 * limit.
 */
const BLOCK_MS = 2_000;
const RETRY_MS = 50;
/**
 * Each XREAD names every stream, in the request and in the reply. With many streams, this pause lets several access
 * units share a read. Measured with 50 cameras at 30/s: half the CPU of Redis and reader.
 */
const PAUSE_MS = 2;
const MANY_STREAMS = 16;
const UNBLOCK_RETRY_MS = 1;
