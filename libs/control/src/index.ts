export { RedisCameraStatusBoard } from './camera-status-board.ts';
export type {
  CameraState,
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
  RenditionWanted,
  ServiceName,
  SharedClock,
  Want,
} from './control.ts';
export { ControlConnection, type ControlConnectionOptions } from './control-connection.ts';
export { ControlError, type ControlErrorCode } from './control-error.ts';
export { RedisDemandBoard } from './demand-board.ts';
export { RedisInstanceBoard } from './instance-board.ts';
export { BullMqLeaseOffers } from './lease-offers.ts';
export { BullMqLeaseWorker, type LeaseWorkerDeps } from './lease-worker.ts';
export { createSharedClock, RedisSharedClock, type RedisSharedClockOptions } from './shared-clock.ts';
