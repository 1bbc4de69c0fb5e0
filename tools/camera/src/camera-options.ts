import type { VideoCodec } from '@oriel/model';
import type { FaultSettings } from './faults.ts';
import type { AuthenticationOptions } from './rtsp/authentication.ts';
import type { SdpVariant } from './rtsp/sdp.ts';

export type SourceOptions =
  /** The generated picture, encoded while it runs; the barcode is true. One encoder serves all cameras. */
  | { readonly type: 'live' }
  /** The generated picture, encoded once at start and replayed: any number of cameras for nearly nothing. The barcode is stale. */
  | { readonly type: 'pre-encoded'; readonly seconds?: number }
  /** A file that holds H.264 or H.265 video, in any container that FFmpeg reads, played over and over. */
  | { readonly type: 'clip'; readonly file: string };

export interface CameraOptions {
  /** @defaultValue '127.0.0.1' */
  readonly host?: string;
  /** 0 takes a free port. @defaultValue 0 */
  readonly port?: number;
  /** Served as /cam1, /cam2, … @defaultValue 1 */
  readonly cameras?: number;
  /** Drawn in the picture and told in the SDP. @defaultValue 'ORIEL CAMERA' */
  readonly name?: string;
  /** @defaultValue live */
  readonly source?: SourceOptions;
  /** @defaultValue 'h264' */
  readonly codec?: VideoCodec;
  /** Even, from 160. @defaultValue 1280 */
  readonly width?: number;
  /** Even, from 120. @defaultValue 720 */
  readonly height?: number;
  /** Pictures a second, 1 to 120. @defaultValue 30 */
  readonly framerate?: number;
  /** Pictures from one keyframe to the next. @defaultValue two seconds' worth */
  readonly gopFrames?: number;
  /** Upper limit; reached with `noise`. @defaultValue 4000000 */
  readonly bitrateBps?: number;
  /** Slices a picture. @defaultValue 1 */
  readonly slices?: number;
  /** A band of noise in the picture. @defaultValue false; true for pre-encoded */
  readonly noise?: boolean;
  /** What a new session gets first: a keyframe, as most cameras do, or the stream as it runs. @defaultValue 'keyframe' */
  readonly start?: 'keyframe' | 'live';
  /** @defaultValue none */
  readonly authentication?: AuthenticationOptions;
  /** rtsps:// with a certificate made at start. @defaultValue false */
  readonly tls?: boolean;
  /** Longest IP packet. @defaultValue 1500 */
  readonly mtuBytes?: number;
  /** Parameter sets in one STAP-A. @defaultValue false */
  readonly aggregate?: boolean;
  /** @defaultValue 'normal' */
  readonly sdp?: SdpVariant;
  /** @defaultValue 5000 */
  readonly senderReportIntervalMs?: number;
  /** A session without any sign of life from its client ends after this. @defaultValue 60000 */
  readonly sessionTimeoutMs?: number;
  /** SETUP above it is answered 453. @defaultValue no limit */
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
  /** Coded pictures since start, all cameras. */
  readonly pictures: number;
  readonly packetsSent: number;
  readonly bytesSent: number;
  /** Pictures not sent to a session because its client read too slowly. */
  readonly picturesDropped: number;
}
