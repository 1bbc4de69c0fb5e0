import type { PictureSurface } from '../live/camera-feed.ts';
import type { Picture } from '../live/newest-frame-painter.ts';

/** A canvas that holds a camera's last picture, in the picture's own size; where it stands on the page, CSS scales it. */
export class PictureCanvas implements PictureSurface {
  readonly element: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D | null;

  constructor() {
    this.element = document.createElement('canvas');
    this.element.width = 0;
    this.element.height = 0;
    this.element.className = 'picture';
    this.element.setAttribute('aria-hidden', 'true');
    this.#context = this.element.getContext('2d', { alpha: false });
  }

  draw(picture: Picture & CanvasImageSource): void {
    const { element } = this;
    if (element.width !== picture.width) element.width = picture.width;
    if (element.height !== picture.height) element.height = picture.height;
    this.#context?.drawImage(picture, 0, 0);
  }
}

/** Decodes off the main thread, where the browser can. */
export function decodeJpeg(data: Uint8Array): Promise<ImageBitmap> {
  return createImageBitmap(new Blob([data as Uint8Array<ArrayBuffer>], { type: 'image/jpeg' }));
}
