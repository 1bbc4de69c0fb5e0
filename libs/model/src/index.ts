export { CAMERA_ID_PATTERN, CAMERA_ID_RULE, isCameraId } from './camera-id.ts';
export { CAMERA_STATES, type CameraState } from './camera-state.ts';
export { ClockBounds, type ClockExchange } from './clock-bounds.ts';
export { type Fault, malformed, type Parsed } from './fault.ts';
export { type Fence, isLater, isNext } from './fence.ts';
export { isRendition, isSameRendition, parseRenditionId, type Rendition, renditionId } from './rendition.ts';
export { SERVICE_NAMES, type ServiceName } from './service-name.ts';
export type { VideoCodec } from './video-codec.ts';
export { WIDTH_LADDER_PIXELS } from './width-ladder.ts';
