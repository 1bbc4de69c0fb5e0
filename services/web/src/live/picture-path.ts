/** Brings JPEGs onto the page. They are independent of each other, so the newest wins. */
import type { MediaPath, MediaPathEvents, PictureSurface } from './media-path.ts';
import { NewestFramePainter, type Picture } from './newest-frame-painter.ts';
import type { ReceivedFrame } from './viewer-connection.ts';

/** A surface on which decoded pictures are drawn one by one. */
export interface DrawnSurface<Decoded extends Picture> extends PictureSurface {
  draw(picture: Decoded): void;
}

export interface PicturePathDeps<Decoded extends Picture> {
  readonly surface: DrawnSurface<Decoded>;
  readonly decode: (data: Uint8Array) => Promise<Decoded>;
  /** Calls back before the next repaint. */
  readonly requestFrame: (callback: () => void) => void;
}

export class PicturePath<Decoded extends Picture> implements MediaPath {
  readonly surface: PictureSurface;
  readonly #painter: NewestFramePainter<ReceivedFrame, Decoded>;

  constructor({ surface, decode, requestFrame }: PicturePathDeps<Decoded>, events: MediaPathEvents) {
    this.surface = surface;
    this.#painter = new NewestFramePainter({
      decode,
      requestFrame,
      draw: (picture) => surface.draw(picture),
      onDrawn: (frame) => events.onShown(frame),
      onReplaced: (frame) => events.onReplaced(frame),
      onUndecodable: (frame) => events.onUndecodable(frame),
    });
  }

  offer(frame: ReceivedFrame): void {
    this.#painter.offer({ info: frame, data: frame.data, answer: frame.answer });
  }

  clear(): void {
    this.#painter.clear();
  }

  setHidden(isHidden: boolean): void {
    this.#painter.setHidden(isHidden);
  }
}
