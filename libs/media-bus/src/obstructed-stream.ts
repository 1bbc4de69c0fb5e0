import type { RedisClient } from '@oriel/redis-connection';
import { type EntryId, entryId, isAfter, parseEntryId } from './entry-id.ts';
import type { PublishingRight } from './media-bus.ts';
import { MediaBusError, mediaBusError } from './media-bus-error.ts';
import { clearStream, obstacleIn } from './stream-inspection.ts';

export interface ObstructedStreamDeps<Message> {
  readonly redis: RedisClient;
  readonly streamKey: string;
  readonly pointerKey: string;
  readonly lifetimeMs: number;
  readonly right: PublishingRight | undefined;
  /** Highest id that this publisher has sent. */
  readonly highestSent: () => EntryId;
  /** Sort order, lower ids first. */
  readonly order: (one: Message, other: Message) => number;
  /** Sends the message again. */
  readonly send: (message: Message) => Promise<void>;
}

/**
 * Decides what to do when Redis refuses an entry because its id is not above the end of the stream. If a holder with a
 * higher epoch has published, the fence has done its work and the publisher must stop. Anything that no lease holder
 * can have written is removed, and the refused entries are sent again in order, so that no picture is lost.
 */
export class ObstructedStream<Message> {
  readonly #deps: ObstructedStreamDeps<Message>;
  #waiting: { readonly message: Message; resolve(): void; reject(error: MediaBusError): void }[] = [];

  constructor(deps: ObstructedStreamDeps<Message>) {
    this.#deps = deps;
  }

  /** While true, new messages must {@link wait} too, or they would overtake the refused ones. */
  get isBeingCleared(): boolean {
    return this.#waiting.length > 0;
  }

  /** Resolves once the message has been sent after all. @throws MediaBusError */
  wait(message: Message): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ message, resolve, reject });
      if (this.#waiting.length === 1) void this.#clear();
    });
  }

  async #clear(): Promise<void> {
    const refusal = await this.#remove().catch((error: unknown) => mediaBusError(error));
    const waiting = this.#waiting.sort((one, other) => this.#deps.order(one.message, other.message));
    this.#waiting = [];
    for (const { message, resolve, reject } of waiting) {
      if (refusal === undefined) this.#deps.send(message).then(resolve, reject);
      else reject(refusal);
    }
  }

  /** @returns why nothing was removed; undefined if the stream is free */
  async #remove(): Promise<MediaBusError | undefined> {
    const { redis, streamKey, pointerKey, lifetimeMs, right } = this.#deps;
    const obstacle = await obstacleIn(redis, streamKey);
    if (obstacle === 'none') return undefined;
    const found = parseEntryId(obstacle);
    const highest = this.#deps.highestSent();
    const isOwn = found !== undefined && !isAfter(found, highest);
    if (isOwn || (right === undefined && found?.epoch === highest.epoch)) {
      return new MediaBusError(
        'out-of-order',
        `epoch ${highest.epoch} has already published this or a later access unit`,
      );
    }
    if (right === undefined || !(await hasHighestEpoch(right))) {
      return new MediaBusError('fenced', `epoch ${highest.epoch} is over: ${streamKey} holds ${obstacle}`);
    }
    const keepUpTo = entryId(highest.epoch, highest.counter);
    const isCleared = await clearStream(redis, { streamKey, pointerKey, obstacle, keepUpTo, lifetimeMs });
    if (isCleared) right.onForeign({ key: streamKey, found: obstacle });
    return undefined;
  }
}

/**
 * True if Redis refused the id as not above the end of the stream, or if the key holds no stream because somebody else
 * wrote to it.
 */
export function isObstructed(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    error.message.includes('equal or smaller than the target stream top item') ||
    // XADD answers this once the highest possible id has been used.
    error.message.includes('The stream has exhausted the last possible ID') ||
    error.message.includes('WRONGTYPE')
  );
}

async function hasHighestEpoch({ lease }: PublishingRight): Promise<boolean> {
  try {
    return await lease.hasHighestEpoch();
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new MediaBusError('refused', `nobody can say who may publish: ${cause}`);
  }
}
