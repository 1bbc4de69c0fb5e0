/** How frames from the gateway get onto the page. */
import type { ReceivedFrame } from './viewer-connection.ts';

/** Where a camera's picture appears on the page, however it is drawn. Keeps the last picture even when the camera is gone. */
export interface PictureSurface {
  /** Moves the picture into this element; it is in one place at a time. */
  showIn(place: HTMLElement): void;
  /** The visible picture; undefined while there is none. */
  toJpeg(): Promise<Blob | undefined>;
}

/**
 * Takes one camera's frames from the connection to the screen. Answers every offered frame exactly once, shown or not, because the answer
 * frees the viewer's credit at the gateway. Each path decides what it may drop: `PicturePath` shows the newest picture and drops the others,
 * while a path for coded video could only jump to a keyframe.
 */
export interface MediaPath {
  readonly surface: PictureSurface;
  offer(frame: ReceivedFrame): void;
  /** Drops all frames under way. The picture on the surface stays. */
  clear(): void;
  /** A hidden page draws nothing, so frames are answered at once. */
  setHidden(isHidden: boolean): void;
}

/** Exactly one event per frame, or none if `clear` dropped it or it came while the page was hidden. */
export interface MediaPathEvents {
  onShown(frame: ReceivedFrame): void;
  /** A newer frame took its place before it was shown. */
  onReplaced(frame: ReceivedFrame): void;
  onUndecodable(frame: ReceivedFrame): void;
}
