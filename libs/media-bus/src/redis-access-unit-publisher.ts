import type { RedisClient } from '@oriel/redis-connection';
import { encodeAccessUnitEntry } from './access-unit-entry.ts';
import { accessUnitId, BEFORE_ALL, type EntryId, entryId, isAfter } from './entry-id.ts';
import { GopWindow, type WindowChange } from './gop-window.ts';
import { mediaKeys } from './keys.ts';
import type { AccessUnit, AccessUnitPublisher, AccessUnitPublisherOptions, Retention } from './media-bus.ts';
import { MediaBusError, mediaBusError } from './media-bus-error.ts';
import { isObstructed, ObstructedStream } from './obstructed-stream.ts';

/** Name of the field that holds the bytes of {@link encodeAccessUnitEntry}; the same in every stream of the bus. */
export const ENTRY_FIELD = 'd';

export interface RedisAccessUnitPublisherDeps {
  readonly redis: RedisClient;
  /** False while the connection is broken: what is published then would only be stale when it comes back. */
  readonly canSend: () => boolean;
  readonly nowMs: () => number;
}

/** An access unit on its way, and what becomes of the stream with it. */
interface Message {
  readonly id: EntryId;
  readonly isKeyframe: boolean;
  readonly entry: Buffer;
  readonly change: WindowChange;
}

/**
 * Publishes one camera's access units. Each is one XADD, sent without waiting for the one before; a keyframe goes through
 * a script that moves the pointer in the same step. See {@link accessUnitId} for how a lower epoch is kept out.
 */
export class RedisAccessUnitPublisher implements AccessUnitPublisher {
  readonly #deps: RedisAccessUnitPublisherDeps;
  readonly #streamKey: string;
  readonly #pointerKey: string;
  readonly #obstructed: ObstructedStream<Message>;
  #window: GopWindow;
  #highestSent: EntryId = BEFORE_ALL;
  #epoch: number | undefined;
  #backlogBytes = 0;
  #lifetimeSetAtMs = Number.NEGATIVE_INFINITY;
  #hasPublished = false;
  #refusal: MediaBusError | undefined;

  constructor(
    deps: RedisAccessUnitPublisherDeps,
    cameraId: string,
    { bufferSizeBytes, right }: AccessUnitPublisherOptions,
  ) {
    this.#deps = deps;
    this.#streamKey = mediaKeys.accessUnits(cameraId);
    this.#pointerKey = mediaKeys.keyframePointer(cameraId);
    this.#window = new GopWindow(bufferSizeBytes);
    this.#obstructed = new ObstructedStream<Message>({
      redis: deps.redis,
      streamKey: this.#streamKey,
      pointerKey: this.#pointerKey,
      lifetimeMs: STREAM_LIFETIME_MS,
      right,
      highestSent: () => this.#highestSent,
      order: (one, other) => (isAfter(one.id, other.id) ? 1 : -1),
      send: (message) => this.#send(message),
    });
  }

  get backlogBytes(): number {
    return this.#backlogBytes;
  }

  get retention(): Retention {
    return this.#window.retention;
  }

  setBufferSize(bufferSizeBytes: number): void {
    this.#window.bufferSizeBytes = bufferSizeBytes;
  }

  async publish(accessUnit: AccessUnit): Promise<void> {
    this.#refuseIfPointless(accessUnit);
    const entry = encodeAccessUnitEntry(accessUnit);
    this.#startEpoch(accessUnit.epoch);
    const { epoch, sequence, isKeyframe, arrivalTimeUs } = accessUnit;
    const change = this.#window.add({ sequence, isKeyframe, arrivalTimeUs, bytes: entry.length });
    const message: Message = { id: { epoch, counter: sequence + 1 }, isKeyframe, entry, change };
    this.#backlogBytes += entry.length;
    try {
      await (this.#obstructed.isBeingCleared ? this.#obstructed.wait(message) : this.#send(message));
    } catch (error) {
      const failure = mediaBusError(error);
      if (failure.code === 'fenced') this.#refusal = failure;
      if (failure.code === 'full') this.#makeRoom(message.id);
      throw failure;
    } finally {
      this.#backlogBytes -= entry.length;
    }
  }

  /** What an earlier epoch left in the stream is not this one's to count, and its pointer nobody's to join at. */
  #startEpoch(epoch: number): void {
    if (this.#epoch !== undefined && this.#epoch !== epoch) {
      this.#window = new GopWindow(this.#window.bufferSizeBytes);
      this.#hasPublished = false;
    }
    this.#epoch = epoch;
  }

  #refuseIfPointless(accessUnit: AccessUnit): void {
    if (this.#refusal !== undefined) throw this.#refusal;
    if (accessUnit.data.length > MAX_ACCESS_UNIT_BYTES) {
      throw new MediaBusError('too-large', `an access unit of ${accessUnit.data.length} bytes is above the limit`);
    }
    if (!this.#deps.canSend()) throw new MediaBusError('disconnected', 'no connection to Redis (media)');
    if (this.#backlogBytes > MAX_BACKLOG_BYTES) {
      throw new MediaBusError('backlog-full', `Redis (media) has ${this.#backlogBytes} bytes still to answer`);
    }
  }

  async #send(message: Message): Promise<void> {
    if (isAfter(message.id, this.#highestSent)) this.#highestSent = message.id;
    try {
      await this.#add(message);
    } catch (error) {
      if (!isObstructed(error)) throw error;
      await this.#obstructed.wait(message);
    }
  }

  async #add({ id: { epoch, counter }, isKeyframe, entry, change }: Message): Promise<unknown> {
    const { redis } = this.#deps;
    const id = entryId(epoch, counter);
    const keepFrom = change.keepFromSequence === undefined ? '' : accessUnitId(epoch, change.keepFromSequence);
    const pointer = isKeyframe ? 'set' : change.keyframeLost || !this.#hasPublished ? 'drop' : 'keep';
    this.#hasPublished = true;
    if (pointer === 'keep' && !this.#isLifetimeDue()) {
      return keepFrom === ''
        ? redis.xadd(this.#streamKey, id, ENTRY_FIELD, entry)
        : redis.xadd(this.#streamKey, 'MINID', '=', keepFrom, id, ENTRY_FIELD, entry);
    }
    this.#lifetimeSetAtMs = this.#deps.nowMs();
    // EVAL, not EVALSHA: a script unknown to a restarted Redis would come again behind the access units sent after it.
    return redis.eval(SCRIPT, 2, this.#streamKey, this.#pointerKey, id, pointer, STREAM_LIFETIME_MS, keepFrom, entry);
  }

  /**
   * A Redis without memory refuses the XADD that would trim as well, and so stays full for good. With the gap that there is now, what was
   * before it is of no use for the pictures to come.
   */
  #makeRoom({ epoch, counter }: EntryId): void {
    this.#window = new GopWindow(this.#window.bufferSizeBytes);
    // The next keyframe is refused as well if this fails, and tells.
    this.#deps.redis.xtrim(this.#streamKey, 'MINID', '=', entryId(epoch, counter)).catch(() => undefined);
  }

  #isLifetimeDue(): boolean {
    return this.#deps.nowMs() - this.#lifetimeSetAtMs > LIFETIME_RENEWAL_MS;
  }
}

/**
 * KEYS: stream, pointer. ARGV: entry id; what to do with the pointer: set, drop or keep; lifetime in ms of both keys;
 * oldest id to keep, or empty; entry. Fails like XADD, with nothing changed, when the id is not above the newest.
 */
const SCRIPT = `
if ARGV[4] == '' then
  redis.call('XADD', KEYS[1], ARGV[1], '${ENTRY_FIELD}', ARGV[5])
else
  redis.call('XADD', KEYS[1], 'MINID', '=', ARGV[4], ARGV[1], '${ENTRY_FIELD}', ARGV[5])
end
if ARGV[2] == 'set' then redis.call('SET', KEYS[2], ARGV[1]) end
if ARGV[2] == 'drop' then redis.call('DEL', KEYS[2]) end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return 1`;

/** What is left of a camera that nobody publishes any more goes away by itself. */
const STREAM_LIFETIME_MS = 300_000;
const LIFETIME_RENEWAL_MS = 60_000;
/** An intra picture of a 16 Mpixel camera stays well below. */
const MAX_ACCESS_UNIT_BYTES = 16 * 1024 * 1024;
/** The last resort of this side: callers bound {@link AccessUnitPublisher.backlogBytes} far below. */
const MAX_BACKLOG_BYTES = 64 * 1024 * 1024;
