/** The public face of the client: what an application gives, and what it gets. */
import type { VideoCodec } from '@oriel/model';
import type { AudioAccessUnit, ReceiverEvent, VideoAccessUnit } from '@oriel/rtp';
import type { RtspError } from './rtsp-error.ts';

export interface RtspSessionOptions {
  /** rtsp:// or rtsps://, with or without user-info; the user-info may hold raw `@ : / ? # %`. */
  readonly url: string;
  /** Win over user-info in the URL. */
  readonly credentials?: { readonly username: string; readonly password: string };
  /**
   * `auto` is UDP, then TCP when the camera refuses UDP or nothing arrives. `multicast` is for cameras set up for it, and IPv4.
   * `http` is for networks that let only web traffic through; without a port in the address it goes to 80, or 443 for rtsps.
   *
   * @defaultValue 'tcp'
   */
  readonly transport?: TransportName | 'auto';
  /** Which hosts a redirect may take the credentials to. @defaultValue 'same-host' */
  readonly redirectCredentials?: 'same-host' | 'any-host';
  /** What rtsps trusts. @defaultValue the certificate authorities of Node.js, and the host name must match */
  readonly tls?: TlsTrust;
  /** Aborting ends the session in whatever phase it is, and frees sockets, timers and ports. */
  readonly signal?: AbortSignal;
  /** Called once an access unit is complete, in decoding order. Must not throw; if it does, the session ends with `consumer-failed`. */
  readonly onVideo: (accessUnit: VideoAccessUnit) => void;
  /**
   * Asks for the camera's sound as well, when it has some in AAC or G.711; a camera that refuses it plays without. Called like
   * `onVideo`.
   */
  readonly onAudio?: (accessUnit: AudioAccessUnit) => void;
  readonly onEvent?: (event: SessionEvent) => void;
  /**
   * Bytes that the application has taken and not yet passed on. Above 16 MiB access units are dropped up to a keyframe that
   * finds room again, which then has `discontinuity` set.
   */
  readonly consumerBacklogBytes?: () => number;
  /**
   * Receiver reports over TCP too, where the sender needs none (RFC 3550 §6.4). A few cameras take them for a sign of life.
   *
   * @defaultValue false
   */
  readonly reportsOverTcp?: boolean;
  readonly timeouts?: Partial<SessionTimeouts>;
}

export type TransportName = 'tcp' | 'udp' | 'multicast' | 'http';

/** Cameras rarely have a certificate that a public authority signed. */
export type TlsTrust =
  /** PEM of an authority of one's own. */
  | { readonly ca: string }
  /** SHA-256 of the camera's certificate in hex, colons optional; nothing else about it is checked. */
  | { readonly fingerprint256: string }
  /** Any certificate at all: whoever sits between can read the password. */
  | { readonly insecure: true };

/** All in milliseconds. Defaults in brackets, from docs/rtsp-interop.md#limits-and-waits. */
export interface SessionTimeouts {
  /** TCP connect [5000]. */
  readonly connectMs: number;
  /** Reply to a request [8000]. */
  readonly replyMs: number;
  /** Handing a request to the network, when the camera stops reading [8000]. */
  readonly writeMs: number;
  /** The whole of OPTIONS to PLAY [20000]. */
  readonly openMs: number;
  /** No media on any stream [10000]. */
  readonly silenceMs: number;
  /** Answer to the question whether the camera is still there, after a regular stream fell silent [1000]. */
  readonly proofOfLifeMs: number;
  /** No first packet over UDP, then TCP is tried with `auto` [3000]. */
  readonly firstPacketMs: number;
  /** TEARDOWN reply on close [1000]. */
  readonly teardownMs: number;
}

/** What a caller may want to show or log; none of them ends the session. */
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
  /** Peer bytes refused, by reason. */
  readonly faults: Readonly<Record<string, number>>;
  /** The sound, which the figures above leave out; undefined while there is none. */
  readonly audio?: Pick<SessionStats, 'packets' | 'bytes' | 'lostPackets' | 'duplicatePackets' | 'accessUnits'>;
}

export interface RtspSession {
  /** Resolves when the session is over: undefined after `close()` or abort, else why. Never rejects. */
  readonly ended: Promise<RtspError | undefined>;
  stats(): SessionStats;
  /** TEARDOWN, then frees everything; resolves within `teardownMs` even with a dead peer. */
  close(): Promise<void>;
}
