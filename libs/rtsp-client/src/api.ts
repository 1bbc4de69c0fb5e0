/** The public interface of the client: an application's options, and what it gets back. */
import type { VideoCodec } from '@oriel/model';
import type { AudioAccessUnit, ReceiverEvent, VideoAccessUnit } from '@oriel/rtp';
import type { RtspError } from './rtsp-error.ts';

export interface RtspSessionOptions {
  /** rtsp:// or rtsps://, with or without user-info, which may contain raw `@ : / ? # %`. */
  readonly url: string;
  /** Take precedence over user-info in the URL. */
  readonly credentials?: { readonly username: string; readonly password: string };
  /**
   * `auto` tries UDP, then TCP if the camera refuses UDP or nothing arrives. `multicast` needs a camera set up for it, and IPv4.
   * `http` is for networks that pass only web traffic. Without a port in the address it uses 80, or 443 for rtsps.
   *
   * @defaultValue 'tcp'
   */
  readonly transport?: TransportName | 'auto';
  /** Hosts to which a redirect may take the credentials. @defaultValue 'same-host' */
  readonly redirectCredentials?: 'same-host' | 'any-host';
  /** What rtsps trusts. @defaultValue the certificate authorities of Node.js, and the host name must match */
  readonly tls?: TlsTrust;
  /** Aborting ends the session in any phase, and frees sockets, timers and ports. */
  readonly signal?: AbortSignal;
  /** Called with each complete access unit, in decoding order. Must not throw: the session would end with `consumer-failed`. */
  readonly onVideo: (accessUnit: VideoAccessUnit) => void;
  /**
   * Requests the camera's audio too, if it is AAC or G.711. A camera that refuses it plays without. Called like `onVideo`.
   */
  readonly onAudio?: (accessUnit: AudioAccessUnit) => void;
  readonly onEvent?: (event: SessionEvent) => void;
  /**
   * Bytes that the application has accepted but not yet passed on. Above 16 MiB, access units are dropped until a keyframe
   * finds room again, which then has `discontinuity` set.
   */
  readonly consumerBacklogBytes?: () => number;
  /**
   * Sends receiver reports over TCP too, where no sender needs them (RFC 3550 §6.4). A few cameras take them as a sign of life.
   *
   * @defaultValue false
   */
  readonly reportsOverTcp?: boolean;
  readonly timeouts?: Partial<SessionTimeouts>;
}

export type TransportName = 'tcp' | 'udp' | 'multicast' | 'http';

/** Cameras rarely have a certificate that a public authority signed. */
export type TlsTrust =
  /** A private authority's certificate as PEM. */
  | { readonly ca: string }
  /** SHA-256 of the camera's certificate in hex, colons optional. Nothing else about the certificate is checked. */
  | { readonly fingerprint256: string }
  /** Accepts any certificate, so anyone in between can read the password. */
  | { readonly insecure: true };

/** All in milliseconds; defaults in brackets, see docs/rtsp-interop.md#limits-and-waits. */
export interface SessionTimeouts {
  /** TCP connect [5000]. */
  readonly connectMs: number;
  /** Reply to a request [8000]. */
  readonly replyMs: number;
  /** Handing a request to the network, in case the camera stops reading [8000]. */
  readonly writeMs: number;
  /** Everything from OPTIONS to PLAY [20000]. */
  readonly openMs: number;
  /** No media on any stream [10000]. */
  readonly silenceMs: number;
  /** Reply to the check whether the camera is still there, after a regular stream fell silent [1000]. */
  readonly proofOfLifeMs: number;
  /** First packet over UDP; `auto` then tries TCP [3000]. */
  readonly firstPacketMs: number;
  /** Reply to TEARDOWN on close [1000]. */
  readonly teardownMs: number;
}

/** Events that a caller may want to show or log. None ends the session. */
export type SessionEvent =
  | {
      readonly type: 'playing';
      readonly transport: 'tcp' | 'udp' | 'multicast' | 'http' | 'tls';
      readonly codec: VideoCodec;
    }
  | ReceiverEvent;

export interface SessionStats {
  readonly packets: number;
  readonly bytes: number;
  readonly lostPackets: number;
  readonly duplicatePackets: number;
  readonly accessUnits: number;
  /** Rejected input and tolerated deviations, counted by reason. */
  readonly faults: Readonly<Record<string, number>>;
  /** Figures of the audio, which those above exclude; undefined while there is none. */
  readonly audio?: Pick<SessionStats, 'packets' | 'bytes' | 'lostPackets' | 'duplicatePackets' | 'accessUnits'>;
}

export interface RtspSession {
  /** Resolves when the session ends: with undefined after `close()` or abort, else with the error. Never rejects. */
  readonly ended: Promise<RtspError | undefined>;
  stats(): SessionStats;
  /** Sends TEARDOWN, then frees everything. Resolves within `teardownMs` even when the peer is dead. */
  close(): Promise<void>;
}
