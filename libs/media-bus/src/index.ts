export { mediaKeys } from './keys.ts';
export type {
  AccessUnit,
  AccessUnitPublisher,
  ForeignEntry,
  JpegFrame,
  MediaBus,
  Retention,
  Subscription,
} from './media-bus.ts';
export { MediaBusError, type MediaBusErrorCode } from './media-bus-error.ts';
export { type MediaBusState, RedisMediaBus, type RedisMediaBusOptions } from './redis-media-bus.ts';
