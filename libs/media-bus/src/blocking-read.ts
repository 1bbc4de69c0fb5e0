import type { Redis } from 'ioredis';
import { type EntryId, entryId } from './entry-id.ts';
import { type MediaBusError, mediaBusError } from './media-bus-error.ts';
import type { ReaderConnections, StreamConnection } from './stream-connection.ts';

/** As ioredis gives it: the fields and values of the entry alternate. */
export type RawEntry = [id: Buffer, fields: Buffer[]];

export interface BlockingReadDeps {
  /** Used by this read alone, and closed with it. */
  readonly connection: StreamConnection;
  /** Asked before each read. */
  readonly positions: () => ReadonlyMap<string, EntryId>;
  readonly onStream: (key: string, entries: readonly RawEntry[]) => void;
  readonly onError: (error: MediaBusError) => void;
}

/** Runs one XREAD BLOCK after the other for as long as there is something to read. */
export class BlockingRead {
  readonly #deps: BlockingReadDeps;
  /** What Redis calls the connection of the reads, as long as it stands. */
  #client: { readonly reader: Redis; readonly id: number } | undefined;
  /** The read that Redis holds blocked now, if any. */
  #current: { readonly interrupter: Redis } | undefined;
  #loop: Promise<void> | undefined;
  #isClosed = false;

  constructor(deps: BlockingReadDeps) {
    this.#deps = deps;
  }

  /** There is another stream or another position to read from: a blocked read is interrupted at once. */
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
        // Asked for first: what is subscribed meanwhile interrupts nothing, and must be in this read.
        await this.#identify(connections.reader);
        const positions = this.#deps.positions();
        if (positions.size === 0) break;
        await this.#readOnce(connections, positions);
        if (positions.size >= MANY_STREAMS) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      } catch (error) {
        if (this.#isClosed) break;
        // Broken connections are reported by the connection itself, once, not by each read that fails.
        const reported = mediaBusError(error);
        if (reported.code !== 'disconnected' && !isMoving(error)) this.#deps.onError(reported);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
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
   * Redis serves the two connections in any order, so that the read may reach it after the attempt to unblock it, and
   * that attempt does nothing. Tries until Redis says that it has unblocked it, or the read has ended by itself.
   */
  async #interrupt(): Promise<void> {
    const read = this.#current;
    if (read === undefined) return;
    try {
      while (this.#current === read && this.#client !== undefined) {
        if ((await read.interrupter.client('UNBLOCK', this.#client.id)) === 1) return;
        await new Promise((resolve) => setTimeout(resolve, UNBLOCK_RETRY_MS));
      }
    } catch (error) {
      // The read ends within BLOCK_MS anyway: a Redis that forbids CLIENT UNBLOCK only makes joining slower.
      this.#deps.onError(mediaBusError(error));
    }
  }
}

/** The slot of the streams is on its way to another node of the cluster, which will be known soon. */
function isMoving(error: unknown): boolean {
  return (
    error instanceof Error && /^(MOVED|ASK|TRYAGAIN|CLUSTERDOWN|UNBLOCKED|LOADING|MASTERDOWN) /.test(error.message)
  );
}

/** Longest blocked read. Each end proves that the connection lives; see the socket timeout of the connection. */
const BLOCK_MS = 2_000;
const RETRY_MS = 50;
/**
 * Each read names every stream, to Redis and by Redis. With many streams, waiting this long before the next one lets
 * several access units share a read: measured with 50 cameras at 30/s, it halves the CPU of Redis and reader.
 */
const PAUSE_MS = 2;
const MANY_STREAMS = 16;
const UNBLOCK_RETRY_MS = 1;
