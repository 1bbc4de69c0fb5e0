/**
 * Every Redis key and channel of the control side. Nothing else in the repository spells one.
 *
 * One hash tag for all: on a Redis Cluster they share a slot, so a script may touch them together.
 * Changing a layout behind a key changes its `v1`, so that old and new services never read each other's values.
 */

import type { LeaseQueueName } from '@oriel/model';
import { CAMERA_ID_RULE, isCameraId } from '@oriel/model';
import { ControlError } from './control-error.ts';

export const controlKeys = {
  /** Never written: names the node whose clock all follow, see `redis-shared-clock.ts`. */
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
  /** Sorted set: camera id → when its lock runs out, ms by Redis' clock; below 0 while nobody holds it, the lower the longer it waits. */
  leases: (queue: LeaseQueueName): string => `{oriel}:v2:leases:${queue}`,
  /** Hash: camera id → token of its holder. */
  leaseHolders: (queue: LeaseQueueName): string => `{oriel}:v2:lease-holders:${queue}`,
  /** Hash: camera id → expiry and token of the successor that it is being handed over to. */
  leaseSuccessors: (queue: LeaseQueueName): string => `{oriel}:v2:lease-successors:${queue}`,
  /** Hash: camera id → epoch last granted in this queue. */
  leaseEpochs: (queue: LeaseQueueName): string => `{oriel}:v1:lease-epochs:${queue}`,
  /** Hash: camera id → cores that its last holder measured. */
  leaseCosts: (queue: LeaseQueueName): string => `{oriel}:v1:lease-costs:${queue}`,
  /** Hash: instance id → expiry and load of a worker, see `load-line.ts`. */
  leaseLoads: (queue: LeaseQueueName): string => `{oriel}:v2:lease-loads:${queue}`,
  /** Channel: how many leases have come free. A hint only: those that see none find it within half a second. */
  leasesFree: (queue: LeaseQueueName): string => `{oriel}:v2:leases-free:${queue}`,
  /** Channel: camera id whose lease was taken away. A hint only: the next renewal fails. */
  leaseWithdrawn: (queue: LeaseQueueName): string => `{oriel}:v2:lease-withdrawn:${queue}`,
  /** Channel: what workers tell one of them about hand-overs, see `lease-message.ts`. Hints only: `leases` decides. */
  leaseMessages: (queue: LeaseQueueName, instanceId: string): string =>
    `{oriel}:v2:lease-messages:${queue}:${instanceId}`,
} as const;

/** @throws ControlError `invalid` for anything that is no camera id. */
export function checkedCameraId(cameraId: string): string {
  if (!isCameraId(cameraId)) throw new ControlError('invalid', `a camera id is ${CAMERA_ID_RULE}`);
  return cameraId;
}
