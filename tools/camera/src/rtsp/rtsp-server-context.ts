import type { Certificate } from '@oriel/simulation';
import type { CameraFaults } from '../faults.ts';
import type { CameraStream } from '../media/camera-stream.ts';
import type { RtpSession } from '../media/rtp-session.ts';
import type { Authenticator } from './authentication.ts';
import type { SdpVariant } from './sdp.ts';

export interface RtspServerOptions {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly bitrateBps: number;
  readonly start: 'keyframe' | 'live';
  readonly sdp: SdpVariant;
  readonly senderReportIntervalMs: number;
  readonly sessionTimeoutMs: number;
  readonly maxSessions: number;
  readonly certificate: Certificate | undefined;
}

/** One client's TCP connection, as the server uses it. */
export interface ClientConnection {
  /** Stops reading and writing, but stays open. */
  fallSilent(): void;
  /** Closes with FIN after everything written so far, or at once. */
  close(how: 'gently' | 'at-once'): void;
}

export interface OpenSession {
  readonly session: RtpSession;
  readonly stream: CameraStream;
  /** The connection whose end ends the session; undefined over UDP, where a timeout does. */
  readonly connection: ClientConnection | undefined;
}

/** The server, as its connections use it. */
export interface RtspServerContext {
  readonly options: RtspServerOptions;
  readonly faults: CameraFaults;
  readonly authenticator: Authenticator | undefined;
  readonly sessions: ReadonlyMap<string, OpenSession>;
  streamAt(uri: string): CameraStream | undefined;
  nextSessionOrdinal(): number;
  /** @returns false when the server is closing */
  addSession(open: OpenSession): boolean;
  endSession(id: string, ending: 'bye' | 'silent'): void;
  forgetConnection(connection: ClientConnection): void;
  countRequest(method: string): void;
  /** Resolves early when the server closes. */
  delay(ms: number): Promise<void>;
  log(line: string): void;
}
