export { RedisCameraStatusBoard } from './boards/camera-status-board.ts';
export { RedisDemandBoard } from './boards/demand-board.ts';
export { RedisInstanceBoard } from './boards/instance-board.ts';
export type { CameraCatalog } from './catalog/camera-catalog.ts';
export { MemoryCatalog } from './catalog/memory-catalog.ts';
export { createSharedClock, RedisSharedClock, type RedisSharedClockOptions } from './clock/shared-clock.ts';
export type {
  CameraStatus,
  CameraStatusBoard,
  DemandBoard,
  Instance,
  InstanceBoard,
  Lease,
  LeaseOffers,
  LeaseQueueName,
  LeaseWorker,
  LeaseWorkerLoad,
  LeaseWorkerOptions,
  PictureReport,
  PictureTrouble,
  SharedClock,
  Want,
} from './control.ts';
export { ControlError, type ControlErrorCode } from './control-error.ts';
export type { LeaseLogger } from './leases/lease-table.ts';
export { RedisLeaseOffers } from './leases/redis-lease-offers.ts';
export { type LeaseWorkerDeps, RedisLeaseWorker } from './leases/redis-lease-worker.ts';
export type { CapacityPolicy } from './leases/sharing/capacity-policy.ts';
export { FixedCapacity } from './leases/sharing/fixed-capacity.ts';
export { MeasuredCores, type MeasuredCoresOptions } from './leases/sharing/measured-cores.ts';
export { ControlConnection, type ControlConnectionOptions } from './redis/control-connection.ts';
