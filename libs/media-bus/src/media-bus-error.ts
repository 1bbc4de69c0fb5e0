/** One code per decision a caller can take. */
export type MediaBusErrorCode =
  /** A publisher with a higher epoch has written: this one no longer holds the camera and must stop. */
  | 'fenced'
  /** The sequence is not above the last one of the same epoch: a bug in the caller. */
  | 'out-of-order'
  /** Larger than an entry may be. */
  | 'too-large'
  /** Redis answers too slowly; the caller should drop to the next keyframe. */
  | 'backlog-full'
  /** No connection to Redis, or it broke before Redis answered: the entry may or may not be in the stream. */
  | 'disconnected'
  /** Redis has reached its `maxmemory`. */
  | 'full'
  /** Redis refused the command for another reason. */
  | 'refused'
  /** The bus has been closed. */
  | 'closed';

/** Never contains an address with a password, nor the command's arguments, which would put pictures into logs. */
export class MediaBusError extends Error {
  override readonly name = 'MediaBusError';

  constructor(
    readonly code: MediaBusErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Translates a failed Redis command. Drops the original error on purpose: ioredis attaches the command's arguments to
 * it, which are picture bytes or, for AUTH, the password.
 */
export function mediaBusError(error: unknown): MediaBusError {
  if (error instanceof MediaBusError) return error;
  const message = error instanceof Error ? error.message || error.name : String(error);
  if (error instanceof Error && error.name === 'ReplyError') {
    if (message.includes('OOM command not allowed'))
      return new MediaBusError('full', 'Redis (media) has no memory left');
    return new MediaBusError('refused', `Redis (media) refused: ${message.slice(0, MAX_MESSAGE_CHARS)}`);
  }
  return new MediaBusError('disconnected', `no connection to Redis (media): ${message.slice(0, MAX_MESSAGE_CHARS)}`);
}

const MAX_MESSAGE_CHARS = 200;
