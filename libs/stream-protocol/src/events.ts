/**
 * The Socket.IO events between gateway and viewers (path `/socket.io`, namespace `/`, standard parser).
 * docs/protocol.md shows the same for people who write their own client.
 */
import type { CameraView } from './camera-view.ts';
import type { FrameHeader } from './frame-header.ts';

export interface WatchRequest {
  /** Camera id. */
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

/** Sent on every change of a watched camera, and at `watch`. */
export type CameraEvent = { readonly camera: string } & Omit<CameraView, 'id' | 'name'>;

/** The gateway has ended a watch of its own accord. No more frames of this camera come, unless it is watched again. */
export interface EndedEvent {
  readonly camera: string;
  /** `unknown-camera` where the camera was removed, or is not for this viewer any more. */
  readonly error: ErrorReply['error'];
}

export interface ClientToServerEvents {
  watch: (request: WatchRequest, reply: (reply: WatchReply) => void) => void;
  unwatch: (request: UnwatchRequest, reply: (reply: UnwatchReply) => void) => void;
  clock: (reply: (reply: ClockReply) => void) => void;
}

export interface ServerToClientEvents {
  /** One picture: call `shown` when it is on the screen, that is what asks for the next one. */
  frame: (header: FrameHeader, data: Uint8Array, shown: () => void) => void;
  camera: (event: CameraEvent) => void;
  /** Which cameras there are, their names or their order have changed; `GET /api/cameras` says how. */
  cameras: () => void;
  ended: (event: EndedEvent) => void;
  /** A request without an acknowledgement was refused, or failed. */
  exception: (exception: { readonly event: string; readonly error: ErrorReply['error'] }) => void;
}
