/** Bytes to a camera and from it, whatever carries them: one socket, or the two of an HTTP tunnel. */
import type { RtspError } from '../rtsp-error.ts';

export interface ByteChannel {
  readonly localAddress: string | undefined;
  /** Numeric. */
  readonly remoteAddress: string | undefined;
  write(bytes: Uint8Array, onWritten: () => void): void;
  /** Says that nothing more will be sent, then drops the connection. */
  destroy(): void;
}

export interface ByteChannelSink {
  /** @param bytes A view that the next read overwrites. */
  onBytes(bytes: Uint8Array): void;
  /** Bytes can be written. */
  onConnected(): void;
  /** There will be no connection. */
  onRefused(error: RtspError): void;
  /** The socket failed, before or after it connected. */
  onError(error: Error): void;
  onEnd(): void;
}
