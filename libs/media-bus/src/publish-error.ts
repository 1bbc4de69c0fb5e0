import type { RedisClient } from '@oriel/redis-connection';
import { type EntryId, parseEntryId } from './entry-id.ts';
import { MediaBusError, mediaBusError } from './media-bus-error.ts';

/**
 * Why an entry of this epoch could not be added to a stream. Redis' "id is not above the newest" is one error with two meanings;
 * the newest id tells which.
 */
export async function publishError(
  error: unknown,
  redis: RedisClient,
  key: string,
  epoch: number,
): Promise<MediaBusError> {
  if (!isIdRefusal(error)) return mediaBusError(error);
  try {
    const newestEpoch = (await newestEntryId(redis, key))?.epoch;
    return newestEpoch !== undefined && newestEpoch > epoch
      ? new MediaBusError('fenced', `epoch ${epoch} is over: epoch ${newestEpoch} publishes this camera`)
      : new MediaBusError('out-of-order', `epoch ${epoch} has already published this or a later access unit`);
  } catch (lookupError) {
    return mediaBusError(lookupError);
  }
}

/** Undefined when the stream is empty. */
async function newestEntryId(redis: RedisClient, key: string): Promise<EntryId | undefined> {
  const [newest] = await redis.xrevrangeBuffer(key, '+', '-', 'COUNT', 1);
  return newest === undefined ? undefined : parseEntryId(String(newest[0]));
}

function isIdRefusal(error: unknown): boolean {
  return error instanceof Error && error.message.includes('equal or smaller than the target stream top item');
}
