/**
 * Every Redis key and channel of the control side. No other file spells one.
 *
 * All share one hash tag, and so one slot of a Redis Cluster: scripts may use them together. Change a key's version (`v1`)
 * with the layout behind it, so that old and new services never read each other's values.
 */

import type { LeaseQueueName } from '@oriel/model';
import { CAMERA_ID_RULE, isCameraId } from '@oriel/model';
import { ControlError } from './control-error.ts';

export const controlKeys = {
  /** Never written. Selects the node whose clock all services follow, see `redis-shared-clock.ts`. */
  clock: '{oriel}:v1:clock',
  /** Hash: gateway id → expiry and wants, see `redis-demand-board.ts`. */
  demand: '{oriel}:v1:demand',
  /** Channel: ids of the cameras whose demand changed, separated by spaces. */
  demandChanged: '{oriel}:v1:demand:changed',
  /** Hash: camera id → JSON of its status. */
  cameraStatus: '{oriel}:v1:camera-status',
  /** Channel: JSON of the status that changed. */
  cameraStatusChanged: '{oriel}:v1:camera-status:changed',
  /** Hash: instance id → expiry and JSON, see `redis-instance-board.ts`. */
  instances: '{oriel}:v1:instances',
  /** Sorted set: camera id → expiry of its lock, ms by Redis' clock. Negative while nobody holds the camera: the lower, the longer it has waited. */
  leases: (queue: LeaseQueueName): string => `{oriel}:v2:leases:${queue}`,
  /** Hash: camera id → its holder's token. */
  leaseHolders: (queue: LeaseQueueName): string => `{oriel}:v2:lease-holders:${queue}`,
  /** Hash: camera id → expiry and token of the successor that is taking the camera over. */
  leaseSuccessors: (queue: LeaseQueueName): string => `{oriel}:v2:lease-successors:${queue}`,
  /** Hash: camera id → epoch last granted in this queue. */
  leaseEpochs: (queue: LeaseQueueName): string => `{oriel}:v1:lease-epochs:${queue}`,
  /** Hash: camera id → cost measured by its last holder, in the unit of the queue's capacity policy. */
  leaseCosts: (queue: LeaseQueueName): string => `{oriel}:v1:lease-costs:${queue}`,
  /** Hash: instance id → a worker's expiry and load, see `load-line.ts`. */
  leaseLoads: (queue: LeaseQueueName): string => `{oriel}:v2:lease-loads:${queue}`,
  /** Channel: number of leases that became free. Only a hint: workers that miss it find them within half a second. */
  leasesFree: (queue: LeaseQueueName): string => `{oriel}:v2:leases-free:${queue}`,
  /** Channel: id of a camera whose lease was withdrawn. Only a hint: the next renewal fails anyway. */
  leaseWithdrawn: (queue: LeaseQueueName): string => `{oriel}:v2:lease-withdrawn:${queue}`,
  /** Channel: messages to one worker about hand-overs, see `lease-message.ts`. Only hints: `leases` decides. */
  leaseMessages: (queue: LeaseQueueName, instanceId: string): string =>
    `{oriel}:v2:lease-messages:${queue}:${instanceId}`,
} as const;

/** @throws ControlError `invalid` when the text is no camera id. */
export function checkedCameraId(cameraId: string): string {
  if (!isCameraId(cameraId)) throw new ControlError('invalid', `a camera id is ${CAMERA_ID_RULE}`);
  return cameraId;
}
