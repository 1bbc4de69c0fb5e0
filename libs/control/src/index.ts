export type { CameraStatus, CameraStatusBoard } from './boards/camera-status-board.ts';
export type { DemandBoard, Want } from './boards/demand-board.ts';
export type { Instance, InstanceBoard, PictureReport, PictureTrouble } from './boards/instance-board.ts';
export { RedisCameraStatusBoard } from './boards/redis-camera-status-board.ts';
export { RedisDemandBoard } from './boards/redis-demand-board.ts';
export { RedisInstanceBoard } from './boards/redis-instance-board.ts';
export type { CameraCatalog } from './catalog/camera-catalog.ts';
export { MemoryCatalog } from './catalog/memory-catalog.ts';
export { offerCatalog } from './catalog/offer-catalog.ts';
export { createSharedClock, RedisSharedClock, type RedisSharedClockOptions } from './clock/redis-shared-clock.ts';
export type { SharedClock } from './clock/shared-clock.ts';
export { ControlError, type ControlErrorCode } from './control-error.ts';
export type {
  Lease,
  LeaseOffers,
  LeaseQueueName,
  LeaseWorker,
  LeaseWorkerLoad,
  LeaseWorkerOptions,
} from './leases/lease.ts';
export type { LeaseLogger } from './leases/ledger/lease-table.ts';
export type { CapacityPolicy } from './leases/sharing/capacity-policy.ts';
export { FixedCapacity } from './leases/sharing/fixed-capacity.ts';
export { MeasuredCores, type MeasuredCoresOptions } from './leases/sharing/measured-cores.ts';
export { RedisLeaseOffers } from './leases/store/redis-lease-offers.ts';
export { type LeaseWorkerDeps, RedisLeaseWorker } from './leases/worker/redis-lease-worker.ts';
export { ControlConnection, type ControlConnectionOptions } from './redis/control-connection.ts';
