/** What a viewer needs from the line to its client. `SocketIoConnection` is the implementation. */
import type { CameraEvent } from '@oriel/stream-protocol';
import type { LiveFrame } from './live-frame.ts';

export interface ViewerConnection {
  /** Nothing that was handed over still waits in this process. While false, frames are not sent. */
  readonly isFlushed: boolean;
  /** @param onShown - called at most once, when the client acknowledges the frame */
  sendFrame(frame: LiveFrame, skipped: number, onShown: () => void): void;
  /**
   * Asks the client's transport for a sign of life behind everything sent so far, which it gives without help of
   * the client's author: bytes that the kernel has taken may still be seconds from the client.
   * @param onReached - called at most once
   */
  probe(onReached: () => void): void;
  sendCamera(event: CameraEvent): void;
}
