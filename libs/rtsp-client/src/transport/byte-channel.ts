/** Carries bytes to and from a camera: over one socket, or over the two of an HTTP tunnel. */
import type { RtspError } from '../rtsp-error.ts';

export interface ByteChannel {
  readonly localAddress: string | undefined;
  /** A numeric address. */
  readonly remoteAddress: string | undefined;
  write(bytes: Uint8Array, onWritten: () => void): void;
  /** Sends FIN, then drops the connection. */
  destroy(): void;
}

export interface ByteChannelSink {
  /** @param bytes A view, overwritten by the next read. */
  onBytes(bytes: Uint8Array): void;
  /** The channel accepts writes. */
  onConnected(): void;
  /** The camera refused the connection, or its certificate is not trusted. */
  onRefused(error: RtspError): void;
  /** The socket failed, before or after it connected. */
  onError(error: Error): void;
  onEnd(): void;
}
