/** One code per decision that a caller can take. */
export type ControlErrorCode =
  /** There is no connection to Redis, or it broke before Redis answered. */
  | 'disconnected'
  /** Redis refused the command. */
  | 'refused'
  /** The lease's lock was not renewed in time, or another process holds it. Work under the lease must stop now. */
  | 'lease-lost'
  /** The camera was withdrawn from the queue. */
  | 'lease-withdrawn'
  /** Another process, already working on the camera, has taken over the lease. */
  | 'lease-handed-over'
  /** This process is giving its leases back. */
  | 'lease-handed-back'
  /** An argument cannot be stored. */
  | 'invalid';

/** Never contains an address with a password, nor a command's arguments. */
export class ControlError extends Error {
  override readonly name = 'ControlError';

  constructor(
    readonly code: ControlErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Converts the error of a Redis command. Drops the original on purpose: ioredis attaches the command's arguments to it,
 * which for AUTH include the password.
 */
export function controlError(error: unknown): ControlError {
  if (error instanceof ControlError) return error;
  const message = (error instanceof Error ? error.message || error.name : String(error)).slice(0, MAX_MESSAGE_CHARS);
  if (error instanceof Error && error.name === 'ReplyError') {
    return new ControlError('refused', `Redis (control) refused: ${message}`);
  }
  return new ControlError('disconnected', `no connection to Redis (control): ${message}`);
}

const MAX_MESSAGE_CHARS = 200;
