import { performance } from 'node:perf_hooks';
import type { Rendition } from '@oriel/model';
import { type Fault, malformed, type Parsed } from '@oriel/model';
import {
  isCluster,
  type OpenRedisOptions,
  openRedis,
  type RedisAddress,
  type RedisClient,
} from '@oriel/redis-connection';
import type { Redis } from 'ioredis';
import { AccessUnitCursor } from './access-unit-cursor.ts';
import { decodeAccessUnitEntry } from './access-unit-entry.ts';
import { AFTER_ALL, BEFORE_ALL, type EntryId, entryId, parseEntryId } from './entry-id.ts';
import { decodeJpegEntry, encodeJpegEntry } from './jpeg-entry.ts';
import { hashTagOf, mediaKeys } from './keys.ts';
import type {
  AccessUnit,
  AccessUnitPublisher,
  AccessUnitPublisherOptions,
  JpegFrame,
  MediaBus,
  Subscription,
} from './media-bus.ts';
import { MediaBusError, mediaBusError } from './media-bus-error.ts';
import { isObstructed } from './obstructed-stream.ts';
import { ENTRY_FIELD, RedisAccessUnitPublisher } from './redis-access-unit-publisher.ts';
import { RedisStreamReader, type StreamEntry } from './redis-stream-reader.ts';
import { ClusterStreamConnection, ServerStreamConnection, type StreamConnection } from './stream-connection.ts';
import { obstacleIn, streamEnds } from './stream-inspection.ts';

/** `connecting` until the first connection stands; `disconnected` while any connection is being re-established. */
export type MediaBusState = 'connecting' | 'connected' | 'disconnected' | 'closed';

export interface RedisMediaBusOptions {
  readonly redis: RedisAddress;
  /** Called on every change. Subscriptions survive a lost connection and resume on their own. */
  readonly onStateChange?: (state: MediaBusState) => void;
  /** Called with errors that no caller is waiting for. Messages contain no secret. */
  readonly onError?: (error: MediaBusError) => void;
  /** Called for each entry that could not be read, for a counter. */
  readonly onFault?: (fault: Fault) => void;
}

/**
 * The media bus over Redis Streams: one connection for commands, and one for blocking reads once there is a
 * subscription. On Redis Cluster: one per node for commands, and one for the blocking reads of each camera.
 */
export class RedisMediaBus implements MediaBus {
  readonly #options: RedisMediaBusOptions;
  readonly #connections: RedisClient[] = [];
  readonly #commands: RedisClient;
  readonly #reader: RedisStreamReader;
  #state: MediaBusState = 'connecting';
  #hasConnected = false;
  #lastJpegCounter = 0;

  constructor(options: RedisMediaBusOptions) {
    this.#options = options;
    this.#commands = this.#open('oriel-media');
    const isClustered = isCluster(this.#commands);
    this.#reader = new RedisStreamReader({
      openConnection: (key) => this.#openConnection(key),
      groupOf: isClustered ? hashTagOf : () => '',
      closesIdleGroups: isClustered,
      endsOf: (keys) => streamEnds(this.#commands, keys),
      onError: (error) => options.onError?.(error),
    });
  }

  get state(): MediaBusState {
    return this.#state;
  }

  /** Resolves when Redis, or any node of a cluster, has answered. @throws MediaBusError */
  async ping(): Promise<void> {
    await this.#commands.ping().catch((error: unknown) => Promise.reject(mediaBusError(error)));
  }

  accessUnitPublisher(cameraId: string, options: AccessUnitPublisherOptions): AccessUnitPublisher {
    const deps = { redis: this.#commands, canSend: () => this.#canSend(), nowMs: () => performance.now() };
    return new RedisAccessUnitPublisher(deps, cameraId, options);
  }

  subscribeAccessUnits(
    cameraId: string,
    { from }: { readonly from: 'keyframe' | 'live' },
    onBatch: (batch: readonly AccessUnit[]) => void,
  ): Subscription {
    const key = mediaKeys.accessUnits(cameraId);
    const cursor = new AccessUnitCursor(from);
    return this.#subscribe(
      key,
      () => this.#locateAccessUnits(cameraId, from),
      (entries, isOpen) => {
        const accessUnits: AccessUnit[] = [];
        for (const { id, bytes } of entries) {
          const accessUnit = this.#read(underItsOwnId(id, decodeAccessUnitEntry(bytes)));
          if (accessUnit !== undefined) accessUnits.push(accessUnit);
        }
        const batch = cursor.accept(accessUnits);
        if (batch.length > 0 && isOpen()) onBatch(batch);
      },
    );
  }

  async publishJpeg(cameraId: string, rendition: Rendition, frame: JpegFrame): Promise<void> {
    const key = mediaKeys.jpegs(cameraId, rendition);
    if (!this.#canSend()) throw new MediaBusError('disconnected', 'no connection to Redis (media)');
    this.#lastJpegCounter = Math.max(this.#lastJpegCounter + 1, nowUs());
    const id = entryId(frame.epoch, this.#lastJpegCounter);
    try {
      // Two single commands rather than a pipeline: they leave in the same write and cost half the time.
      const added = this.#commands.xadd(key, 'MAXLEN', '=', 2, id, ENTRY_FIELD, encodeJpegEntry(frame));
      await Promise.all([added, this.#commands.pexpire(key, JPEG_LIFETIME_MS)]);
    } catch (error) {
      // On a cluster, a redirected command may be overtaken by the next one, which is no reason to stop.
      if (!isObstructed(error)) throw mediaBusError(error);
      const obstacle = await obstacleIn(this.#commands, key).catch((lookup) => Promise.reject(mediaBusError(lookup)));
      throw new MediaBusError('fenced', `epoch ${frame.epoch} is over: ${key} holds ${obstacle}`);
    }
  }

  subscribeJpegs(cameraId: string, rendition: Rendition, onFrame: (frame: JpegFrame) => void): Subscription {
    const key = mediaKeys.jpegs(cameraId, rendition);
    return this.#subscribe(
      key,
      async () => BEFORE_ALL,
      (entries) => {
        for (const { bytes } of entries.toReversed()) {
          const frame = this.#read(decodeJpegEntry(bytes));
          if (frame !== undefined) {
            onFrame(frame);
            return;
          }
        }
      },
    );
  }

  async dropJpegs(cameraId: string, rendition: Rendition): Promise<void> {
    const key = mediaKeys.jpegs(cameraId, rendition);
    await this.#commands.unlink(key).catch((error: unknown) => Promise.reject(mediaBusError(error)));
  }

  async close(): Promise<void> {
    this.#setState('closed');
    await this.#reader.close();
    this.#commands.disconnect();
  }

  #subscribe(
    key: string,
    locate: () => Promise<EntryId>,
    onEntries: (entries: readonly StreamEntry[], isOpen: () => boolean) => void,
  ): Subscription {
    if (this.#state === 'closed') return { close: () => undefined };
    let isOpen = true;
    const end = this.#reader.subscribe({ key, locate, onEntries: (entries) => onEntries(entries, () => isOpen) });
    return {
      close: () => {
        isOpen = false;
        end();
      },
    };
  }

  /**
   * Position just before the latest keyframe. If there is none, behind the newest entry, where the next keyframe will
   * come.
   */
  async #locateAccessUnits(cameraId: string, from: 'keyframe' | 'live'): Promise<EntryId> {
    const keys = [mediaKeys.accessUnits(cameraId), mediaKeys.keyframePointer(cameraId)];
    const [pointer, newest] = (await this.#commands.eval(JOIN_SCRIPT, 2, ...keys)) as [string, string];
    const keyframe = from === 'keyframe' ? parseEntryId(pointer) : undefined;
    if (keyframe !== undefined) return { epoch: keyframe.epoch, counter: keyframe.counter - 1 };
    return newest === '' ? BEFORE_ALL : (parseEntryId(newest) ?? AFTER_ALL);
  }

  #read<T>(parsed: Parsed<T>): T | undefined {
    if (parsed.ok) return parsed.value;
    this.#options.onFault?.(parsed.fault);
    return undefined;
  }

  #canSend(): boolean {
    if (this.#state === 'closed') throw new MediaBusError('closed', 'the media bus has been closed');
    return this.#commands.status === 'ready' || !this.#hasConnected;
  }

  #openConnection(key: string): StreamConnection {
    const [cluster, name] = [this.#commands, 'oriel-media-reader'];
    if (!isCluster(cluster))
      return new ServerStreamConnection({ reader: this.#open(name) as Redis, interrupter: cluster });
    return new ClusterStreamConnection({
      cluster,
      address: this.#options.redis,
      key,
      options: connectionOptions(name),
    });
  }

  #open(connectionName: string): RedisClient {
    const connection = openRedis(this.#options.redis, connectionOptions(connectionName));
    this.#connections.push(connection);
    connection.on('ready', () => {
      if (connection === this.#commands) this.#hasConnected = true;
      if (this.#connections.every(({ status }) => status === 'ready')) this.#setState('connected');
    });
    connection.on('close', () => this.#setState(this.#hasConnected ? 'disconnected' : 'connecting'));
    connection.on('error', (error) => this.#options.onError?.(mediaBusError(error)));
    return connection;
  }

  #setState(state: MediaBusState): void {
    if (state === this.#state || this.#state === 'closed') return;
    this.#state = state;
    this.#options.onStateChange?.(state);
  }
}

/** An access unit under another one's id is a forgery; none of it can be trusted. */
function underItsOwnId(id: EntryId, parsed: Parsed<AccessUnit>): Parsed<AccessUnit> {
  if (!parsed.ok) return parsed;
  const { epoch, sequence } = parsed.value;
  return id.epoch === epoch && id.counter === sequence + 1
    ? parsed
    : malformed('entry-under-foreign-id', 3, 'docs/media-bus.md');
}

/**
 * KEYS: stream, pointer. Returns the pointer and the id of the newest entry, each empty if there is none. One script,
 * because a keyframe that arrived between two commands would be the newest entry without being pointed at. A pointer to
 * nothing, or a key of another type, counts as none.
 */
const JOIN_SCRIPT = `
if redis.call('TYPE', KEYS[1]).ok ~= 'stream' then return { '', '' } end
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
local pointer = redis.call('TYPE', KEYS[2]).ok == 'string' and redis.call('GET', KEYS[2]) or ''
if pointer ~= '' then
  local keyframe = redis.pcall('XRANGE', KEYS[1], pointer, pointer)
  if keyframe.err or #keyframe == 0 then pointer = '' end
end
return { pointer, newest[1] and newest[1][1] or '' }`;

/**
 * Commands fail while there is no connection: an XADD sent again after a reconnect would be refused for its id, or show
 * a late picture.
 */
function connectionOptions(connectionName: string): OpenRedisOptions {
  return {
    connectionName,
    withoutConnection: 'reject',
    maxRetryDelayMs: MAX_RETRY_DELAY_MS,
    silenceMs: SILENCE_MS,
  };
}

/** Pictures are lost while Redis is away, so reconnecting is tried at least once a second. */
const MAX_RETRY_DELAY_MS = 1_000;
/** Longer than a read blocks. */
const SILENCE_MS = 5_000;

/** A rendition that nobody publishes any more expires, before a late viewer takes it for live. */
const JPEG_LIFETIME_MS = 10_000;

/** Microseconds since the Unix epoch; never steps back within this process. */
function nowUs(): number {
  return Math.floor((performance.timeOrigin + performance.now()) * 1_000);
}
