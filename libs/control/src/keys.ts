/**
 * Every Redis key and channel of the control side. Nothing else in the repository spells one.
 *
 * One hash tag for all: on a Redis Cluster they share a slot, as BullMQ's own keys must, so a script may touch them together.
 * Changing a layout behind a key changes `v1`, so that old and new services never read each other's values.
 */

import { CAMERA_ID_RULE, isCameraId } from '@oriel/model';
import type { LeaseQueueName } from './control.ts';
import { ControlError } from './control-error.ts';

export const controlKeys = {
  /** Never written: names the node whose clock all follow, see `shared-clock.ts`. */
  clock: '{oriel}:v1:clock',
  /** Hash: gateway id → expiry and wants, see `demand-board.ts`. */
  demand: '{oriel}:v1:demand',
  /** Channel: ids of the cameras whose demand changed, separated by spaces. */
  demandChanged: '{oriel}:v1:demand:changed',
  /** Hash: camera id → JSON of its status. */
  cameraStatus: '{oriel}:v1:camera-status',
  /** Channel: JSON of the status that changed. */
  cameraStatusChanged: '{oriel}:v1:camera-status:changed',
  /** Hash: instance id → expiry and JSON, see `instance-board.ts`. */
  instances: '{oriel}:v1:instances',
  /** Hash: camera id → epoch last granted in this queue. */
  leaseEpochs: (queue: LeaseQueueName): string => `{oriel}:v1:lease-epochs:${queue}`,
  /** Channel: camera id whose lease was taken away. A hint only: the lock decides. */
  leaseWithdrawn: (queue: LeaseQueueName): string => `{oriel}:v1:lease-withdrawn:${queue}`,
  /** Hash: instance id → expiry and load of a worker, see `load-board.ts`. */
  leaseLoads: (queue: LeaseQueueName): string => `{oriel}:v1:lease-loads:${queue}`,
  /** Hash: camera id → cores that its last holder measured. */
  leaseCosts: (queue: LeaseQueueName): string => `{oriel}:v1:lease-costs:${queue}`,
  /** String: what Redis' clock showed when a worker of this queue last looked, ms. */
  leaseClock: (queue: LeaseQueueName): string => `{oriel}:v1:lease-clock:${queue}`,
  /** String that expires: token of the worker that a camera is being handed to. */
  leaseSuccessor: (queue: LeaseQueueName, cameraId: string): string =>
    `{oriel}:v1:lease-successor:${queue}:${checkedCameraId(cameraId)}`,
  /** Channel: what workers tell one of them about hand-overs, see `lease-message.ts`. Hints only: the locks decide. */
  leaseMessages: (queue: LeaseQueueName, instanceId: string): string =>
    `{oriel}:v1:lease-messages:${queue}:${instanceId}`,
} as const;

/** BullMQ's keys stand behind this prefix: `{oriel}:ingest:…`, `{oriel}:transcode:…`. */
export const BULLMQ_PREFIX = '{oriel}';

/** Those of BullMQ's own keys that the hand-over of a lease touches. */
export const bullKeys = {
  /** In front of a job's id. */
  prefix: (queue: LeaseQueueName): string => `${BULLMQ_PREFIX}:${queue}:`,
  job: (queue: LeaseQueueName, cameraId: string): string => `${bullKeys.prefix(queue)}${leaseJobId(cameraId)}`,
  /** String that expires: token of the worker that holds the job. */
  lock: (queue: LeaseQueueName, cameraId: string): string => `${bullKeys.job(queue, cameraId)}:lock`,
  /** Lists of job ids. */
  active: (queue: LeaseQueueName): string => `${BULLMQ_PREFIX}:${queue}:active`,
  wait: (queue: LeaseQueueName): string => `${BULLMQ_PREFIX}:${queue}:wait`,
  /** String that expires: there while no worker needs to look for expired locks. */
  stalledCheck: (queue: LeaseQueueName): string => `${BULLMQ_PREFIX}:${queue}:stalled-check`,
  /** Set of the job ids whose lock is looked at next. */
  stalled: (queue: LeaseQueueName): string => `${BULLMQ_PREFIX}:${queue}:stalled`,
} as const;

/**
 * BullMQ takes no job id that looks like a number, and a camera may well be called `7`.
 * @throws ControlError `invalid` for anything that is no camera id.
 */
export function leaseJobId(cameraId: string): string {
  return `camera.${checkedCameraId(cameraId)}`;
}

/** The reverse of {@link leaseJobId}; undefined for a job that is not of this product. */
export function cameraIdOfJob(jobId: string | undefined): string | undefined {
  const cameraId = /^camera\.(.*)$/.exec(jobId ?? '')?.[1];
  return cameraId !== undefined && isCameraId(cameraId) ? cameraId : undefined;
}

/** @throws ControlError `invalid` for anything that is no camera id. */
export function checkedCameraId(cameraId: string): string {
  if (!isCameraId(cameraId)) throw new ControlError('invalid', `a camera id is ${CAMERA_ID_RULE}`);
  return cameraId;
}
