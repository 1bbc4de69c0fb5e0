export { isCameraId, mediaKeys, parseRenditionId, renditionId } from './keys.ts';
export type { Fault } from './malformed-input.ts';
export type {
  AccessUnit,
  AccessUnitPublisher,
  AccessUnitSubscription,
  ForeignEntry,
  JpegFrame,
  MediaBus,
  Rendition,
} from './media-bus.ts';
export { MediaBusError, type MediaBusErrorCode } from './media-bus-error.ts';
export { type MediaBusState, RedisMediaBus, type RedisMediaBusOptions } from './redis-media-bus.ts';
