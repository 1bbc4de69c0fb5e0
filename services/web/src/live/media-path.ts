/** How what the gateway sends of a camera gets onto the page. */
import type { ReceivedFrame } from './viewer-connection.ts';

/** Where a camera's picture stands on the page; hides what draws it. Keeps the last picture, whatever becomes of the camera. */
export interface PictureSurface {
  /** Moves the picture into this place; it stands in one place at a time. */
  showIn(place: HTMLElement): void;
  /** What is to be seen now. @returns undefined while there is nothing */
  toJpeg(): Promise<Blob | undefined>;
}

/**
 * From the connection to the screen, for one camera. Every frame offered is answered exactly once, shown or not, because the answer is what
 * frees the viewer's credit at the gateway. What may be left out is the path's own rule: `PicturePath` shows the newest picture and
 * drops the others; a path of coded video may only jump to a keyframe.
 */
export interface MediaPath {
  readonly surface: PictureSurface;
  offer(frame: ReceivedFrame): void;
  /** Lets go of all that is on its way. What is on the surface stays there. */
  clear(): void;
  /** Nothing is drawn on a hidden page, so whatever comes is answered at once. */
  setHidden(isHidden: boolean): void;
}

/** What becomes of the frames: exactly one of these for each, or none if it was let go by `clear` or came while the page was hidden. */
export interface MediaPathEvents {
  onShown(frame: ReceivedFrame): void;
  /** A newer one was shown in its place. */
  onReplaced(frame: ReceivedFrame): void;
  onUndecodable(frame: ReceivedFrame): void;
}
