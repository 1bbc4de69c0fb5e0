import type { LeaseQueueName } from './control.ts';
import type { ControlConnection } from './control-connection.ts';
import { controlError } from './control-error.ts';
import { controlKeys } from './keys.ts';

/**
 * The next epoch of a camera's lease: above every earlier one, even when the control Redis has lost its data, since a
 * counter that is missing starts at the current Unix time in seconds. Media keys and readers would refuse a lower one.
 */
export async function nextLeaseEpoch(
  connection: ControlConnection,
  queue: LeaseQueueName,
  cameraId: string,
): Promise<number> {
  const epoch = await connection.commands
    .eval(SCRIPT, 1, controlKeys.leaseEpochs(queue), cameraId)
    .catch((error: unknown) => Promise.reject(controlError(error)));
  return Number(epoch);
}

/** KEYS: hash of epochs. ARGV: camera id. Returns the new epoch. */
const SCRIPT = `
redis.call('HSETNX', KEYS[1], ARGV[1], redis.call('TIME')[1])
return redis.call('HINCRBY', KEYS[1], ARGV[1], 1)`;
