import type { DrawnSurface } from '../live/picture-path.ts';

/** A canvas that holds a camera's last picture in the picture's own size. CSS scales it to its place on the page. */
export class PictureCanvas implements DrawnSurface<ImageBitmap> {
  readonly #element: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D | null;

  constructor() {
    this.#element = document.createElement('canvas');
    this.#element.width = 0;
    this.#element.height = 0;
    this.#element.className = 'picture';
    this.#element.setAttribute('aria-hidden', 'true');
    this.#context = this.#element.getContext('2d', { alpha: false });
  }

  showIn(place: HTMLElement): void {
    place.append(this.#element);
  }

  draw(picture: ImageBitmap): void {
    const element = this.#element;
    if (element.width !== picture.width) element.width = picture.width;
    if (element.height !== picture.height) element.height = picture.height;
    this.#context?.drawImage(picture, 0, 0);
  }

  toJpeg(): Promise<Blob | undefined> {
    return new Promise((resolve) =>
      this.#element.toBlob((jpeg) => resolve(jpeg ?? undefined), 'image/jpeg', JPEG_QUALITY),
    );
  }
}

/** From 0 to 1. High, because the picture was a JPEG before and should not lose visibly a second time. */
const JPEG_QUALITY = 0.92;

/** Decodes off the main thread if the browser can. */
export function decodeJpeg(data: Uint8Array): Promise<ImageBitmap> {
  return createImageBitmap(new Blob([data as Uint8Array<ArrayBuffer>], { type: 'image/jpeg' }));
}
