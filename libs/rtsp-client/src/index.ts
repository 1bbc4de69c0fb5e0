export type { AudioAccessUnit, VideoAccessUnit } from '@oriel/rtp';
export type {
  RtspSession,
  RtspSessionOptions,
  SessionEvent,
  SessionStats,
  SessionTimeouts,
  TlsTrust,
  TransportName,
} from './api.ts';
export { RtspError, type RtspErrorCode, type RtspErrorContext } from './rtsp-error.ts';
export { openRtspSession } from './session/open-rtsp-session.ts';
export { ReconnectPolicy, type ReconnectPolicyOptions, type SessionOutcome } from './session/reconnect-policy.ts';
export { type ParsedRtspUrl, parseRtspUrl, type RtspCredentials, type RtspUrl } from './url/rtsp-url.ts';
