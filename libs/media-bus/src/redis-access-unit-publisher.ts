import type { RedisClient } from '@oriel/redis-connection';
import { encodeAccessUnitEntry } from './access-unit-entry.ts';
import { accessUnitId, BEFORE_ALL, type EntryId, entryId, isAfter } from './entry-id.ts';
import { GopWindow, type WindowChange } from './gop-window.ts';
import { mediaKeys } from './keys.ts';
import type { AccessUnit, AccessUnitPublisher, AccessUnitPublisherOptions, Retention } from './media-bus.ts';
import { MediaBusError, mediaBusError } from './media-bus-error.ts';
import { isObstructed, ObstructedStream } from './obstructed-stream.ts';

/** Field that holds the bytes of an entry; the same in every stream of the bus. */
export const ENTRY_FIELD = 'd';

export interface RedisAccessUnitPublisherDeps {
  readonly redis: RedisClient;
  /** False while the connection is broken. What is published then would be stale when it returns. */
  readonly canSend: () => boolean;
  readonly nowMs: () => number;
}

/** An access unit to be sent, and how the stream changes with it. */
interface Message {
  readonly id: EntryId;
  readonly isKeyframe: boolean;
  readonly entry: Buffer;
  readonly change: WindowChange;
}

/**
 * Publishes one camera's access units. Each is one XADD, sent without waiting for the previous one. A keyframe goes
 * through a script that also moves the pointer. {@link accessUnitId} explains how a lower epoch is kept out.
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

  /**
   * What an earlier epoch left in the stream does not count towards this one's size, and nobody should join at its
   * pointer.
   */
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
    // EVAL, not EVALSHA: after a Redis restart the script would be unknown, and its retry would arrive behind later
    // access units.
    return redis.eval(SCRIPT, 2, this.#streamKey, this.#pointerKey, id, pointer, STREAM_LIFETIME_MS, keepFrom, entry);
  }

  /**
   * Trims the stream. A Redis without memory also refuses the XADD that would trim, and so would stay full forever. The
   * refused access unit leaves a gap, so nothing before it is needed for the pictures to come.
   */
  #makeRoom({ epoch, counter }: EntryId): void {
    this.#window = new GopWindow(this.#window.bufferSizeBytes);
    // If this fails, the next keyframe is refused as well, and that is reported.
    this.#deps.redis.xtrim(this.#streamKey, 'MINID', '=', entryId(epoch, counter)).catch(() => undefined);
  }

  #isLifetimeDue(): boolean {
    return this.#deps.nowMs() - this.#lifetimeSetAtMs > LIFETIME_RENEWAL_MS;
  }
}

/**
 * KEYS: stream, pointer. ARGV: entry id; what to do with the pointer (set, drop or keep); lifetime of both keys in ms;
 * oldest id to keep, or empty; entry. If the id is not above the newest, fails like XADD and changes nothing.
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

/** The data of a camera that nobody publishes any more expires after this time. */
const STREAM_LIFETIME_MS = 300_000;
/** Four renewals may be missed. */
const LIFETIME_RENEWAL_MS = 60_000;
/** An intra picture of a 16-megapixel camera stays well below this. */
const MAX_ACCESS_UNIT_BYTES = 16 * 1024 * 1024;
/** Last resort: callers keep {@link AccessUnitPublisher.backlogBytes} far below this. */
const MAX_BACKLOG_BYTES = 64 * 1024 * 1024;
