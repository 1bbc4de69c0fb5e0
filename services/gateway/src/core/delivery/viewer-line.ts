/** The line to a viewer's client, as deliveries see it. */
import type { ViewerKind } from './delivery-meter.ts';
import type { LiveFrame } from './live-frame.ts';

export interface ViewerLine {
  readonly kind: ViewerKind;
  /** Whether everything handed over has left this process. While it has not, deliveries send nothing. */
  readonly isFlushed: boolean;
  /** Calls back whenever the line becomes flushed; one listener, the viewer. */
  onFlushed(listener: () => void): void;
}

export interface PictureLine extends ViewerLine {
  /**
   * @param skipped - pictures left out since the one before
   * @param onArrived - called at most once, as soon as the best sign there is says that the client has it
   */
  sendPicture(frame: LiveFrame, skipped: number, onArrived: () => void): void;
}
