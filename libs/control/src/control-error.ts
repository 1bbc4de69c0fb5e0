/** One code per decision a caller can take. */
export type ControlErrorCode =
  /** No connection to Redis, or it broke before Redis answered. */
  | 'disconnected'
  /** Redis refused the command. */
  | 'refused'
  /** The lock of the lease was not renewed in time, or somebody else has it: whatever the lease allowed must stop now. */
  | 'lease-lost'
  /** The camera was withdrawn from the queue. */
  | 'lease-withdrawn'
  /** Another process works on the camera already, and has the lease now. */
  | 'lease-handed-over'
  /** This process is giving its leases back. */
  | 'lease-handed-back'
  /** What a caller passed cannot be stored. */
  | 'invalid';

/** Never holds an address with a password, nor the arguments of a command. */
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
 * What a failed Redis command means to the caller. The original error is left out on purpose: ioredis attaches the
 * command's arguments to it, for AUTH the password.
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
