/**
 * The picture widths this page asks for, in pixels.
 *
 * Few steps, so that tiles of nearly the same size, on this screen and on others, share one rendition.
 */
export const WIDTH_LADDER_PIXELS: readonly number[] = [160, 320, 480, 640, 960, 1280, 1920, 2560, 3840];

/**
 * The narrowest ladder step that fills a picture shown `cssWidth` wide without enlarging it.
 *
 * @param cssWidth - width on the page in CSS pixels
 * @param devicePixelRatio - device pixels per CSS pixel
 */
export function ladderWidth(cssWidth: number, devicePixelRatio: number): number {
  const devicePixels = Math.ceil(cssWidth * devicePixelRatio - ROUNDING_PIXELS);
  return WIDTH_LADDER_PIXELS.find((step) => step >= devicePixels) ?? WIDEST_PIXELS;
}

const WIDEST_PIXELS = 3840;

/** A layout may give 640.3 pixels: that is no reason to fetch 960. */
const ROUNDING_PIXELS = 8;
