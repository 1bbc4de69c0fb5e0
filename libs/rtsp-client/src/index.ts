export type {
  RtspSession,
  RtspSessionOptions,
  SessionEvent,
  SessionStats,
  SessionTimeouts,
  VideoAccessUnit,
} from './api.ts';
export { RtspError, type RtspErrorCode, type RtspErrorContext } from './rtsp-error.ts';
export { openRtspSession } from './session/open-rtsp-session.ts';
