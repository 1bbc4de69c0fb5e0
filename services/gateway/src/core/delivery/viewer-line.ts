/** The line to a viewer's client, as deliveries see it. */
import type { ViewerKind } from './delivery-meter.ts';
import type { LiveFrame } from './live-frame.ts';

export interface ViewerLine {
  readonly kind: ViewerKind;
  /** Whether everything handed over has left this process. Deliveries send nothing until it has. */
  readonly isFlushed: boolean;
  /** Sets the one listener, the viewer, which is called whenever the line becomes flushed. */
  onFlushed(listener: () => void): void;
}

export interface PictureLine extends ViewerLine {
  /**
   * @param skipped pictures left out since the previous one
   * @param onArrived called at most once, on the best available evidence that the client has the picture
   */
  sendPicture(frame: LiveFrame, skipped: number, onArrived: () => void): void;
}
