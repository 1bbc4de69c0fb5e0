import type { VideoCodec } from '@oriel/model';
import type { FaultSettings } from './faults.ts';
import type { AuthenticationOptions } from './rtsp/authentication.ts';
import type { SdpVariant } from './rtsp/sdp.ts';

export type SourceOptions =
  /** The generated picture, encoded live, so the barcode is the true time. One encoder serves all cameras. */
  | { readonly type: 'live' }
  /** The generated picture, encoded once at start and replayed, so any number of cameras cost next to nothing. The barcode is stale. */
  | { readonly type: 'pre-encoded'; readonly seconds?: number }
  /** A file with H.264 or H.265 video in any container that FFmpeg reads, played in a loop. */
  | { readonly type: 'clip'; readonly file: string };

export interface CameraOptions {
  /** @defaultValue '127.0.0.1' */
  readonly host?: string;
  /** 0 for a free port. @defaultValue 0 */
  readonly port?: number;
  /** Number of cameras, served as /cam1, /cam2, … @defaultValue 1 */
  readonly cameras?: number;
  /** Shown in the picture and in the SDP. @defaultValue 'ORIEL CAMERA' */
  readonly name?: string;
  /** @defaultValue live */
  readonly source?: SourceOptions;
  /** @defaultValue 'h264' */
  readonly codec?: VideoCodec;
  /** Pixels; even, at least 160. @defaultValue 1280 */
  readonly width?: number;
  /** Pixels; even, at least 120. @defaultValue 720 */
  readonly height?: number;
  /** Pictures per second, 1 to 120. @defaultValue 30 */
  readonly framerate?: number;
  /** Pictures from one keyframe to the next. @defaultValue two seconds' worth */
  readonly gopFrames?: number;
  /** Upper limit, reached only with `noise`. @defaultValue 4000000 */
  readonly bitrateBps?: number;
  /** Slices per picture. @defaultValue 1 */
  readonly slices?: number;
  /** Draws a band of noise. @defaultValue false; true for pre-encoded */
  readonly noise?: boolean;
  /** Starts a new session with a keyframe, like most cameras, or wherever the stream is. @defaultValue 'keyframe' */
  readonly start?: 'keyframe' | 'live';
  /** @defaultValue none */
  readonly authentication?: AuthenticationOptions;
  /** Serves rtsps:// with a certificate generated at start. @defaultValue false */
  readonly tls?: boolean;
  /** Size of the longest IP packet. @defaultValue 1500 */
  readonly mtuBytes?: number;
  /** Sends the parameter sets in one STAP-A. @defaultValue false */
  readonly aggregate?: boolean;
  /** @defaultValue 'normal' */
  readonly sdp?: SdpVariant;
  /** @defaultValue 5000 */
  readonly senderReportIntervalMs?: number;
  /** Ends a session after this long without a sign of life from its client. @defaultValue 60000 */
  readonly sessionTimeoutMs?: number;
  /** Answers 453 to SETUP beyond this limit. @defaultValue no limit */
  readonly maxSessions?: number;
  readonly faults?: Partial<FaultSettings>;
}

export interface CameraStats {
  readonly openConnections: number;
  readonly openSessions: number;
  readonly playingSessions: number;
  /** Sessions since start. */
  readonly sessions: number;
  /** Requests since start, by method. */
  readonly requests: Readonly<Record<string, number>>;
  /** Coded pictures of all cameras since start. */
  readonly pictures: number;
  readonly packetsSent: number;
  readonly bytesSent: number;
  /** Pictures not sent to a session because its client read too slowly. */
  readonly picturesDropped: number;
}
