/**
 * The Socket.IO events between gateway and viewers (path `/socket.io`, namespace `/`, standard parser).
 * docs/protocol.md documents them for people who write their own client.
 */
import type { CameraView } from './camera-view.ts';
import type { FrameHeader } from './frame-header.ts';

export interface WatchRequest {
  camera: string;
  /** @defaultValue 'jpeg' */
  format?: 'jpeg' | 'h264';
  /** Widest picture the viewer can use, in device pixels, 16-7680; absent for the camera's own width. */
  maxWidth?: number;
  /** Most frames per second, 1-120; absent for the camera's configured framerate. */
  maxFramerate?: number;
  /** JPEG quality 1-100, IJG scale; absent for the camera's configured quality. */
  quality?: number;
}

export interface UnwatchRequest {
  camera: string;
}

export type ErrorCode =
  | 'invalid'
  | 'unknown-camera'
  | 'unsupported-format'
  | 'unauthorized'
  | 'too-many'
  | 'no-picture'
  | 'internal';

export interface ErrorReply {
  ok: false;
  error: { code: ErrorCode; message: string };
}

export type WatchReply = { ok: true; camera: string; rendition: string } | ErrorReply;
export type UnwatchReply = { ok: true; camera: string } | ErrorReply;
export interface ClockReply {
  serverTimeMs: number;
}

/** Sent on every change of a watched camera, and in reply to `watch`. */
export type CameraEvent = { readonly camera: string } & Omit<CameraView, 'id' | 'name'>;

/** The gateway ended a watch on its own initiative. No more frames of this camera come until it is watched again. */
export interface EndedEvent {
  readonly camera: string;
  /** `unknown-camera` when the camera was removed. */
  readonly error: ErrorReply['error'];
}

export interface ClientToServerEvents {
  watch: (request: WatchRequest, reply: (reply: WatchReply) => void) => void;
  unwatch: (request: UnwatchRequest, reply: (reply: UnwatchReply) => void) => void;
  clock: (reply: (reply: ClockReply) => void) => void;
}

export interface ServerToClientEvents {
  /** One picture. Call `shown` once it is on screen: that asks for the next one. */
  frame: (header: FrameHeader, data: Uint8Array, shown: () => void) => void;
  camera: (event: CameraEvent) => void;
  /** Cameras were added, removed, renamed or reordered. Fetch `GET /api/cameras` again. */
  cameras: () => void;
  ended: (event: EndedEvent) => void;
  /** A request that asked for no acknowledgement was refused or failed. */
  exception: (exception: { readonly event: string; readonly error: ErrorReply['error'] }) => void;
}
