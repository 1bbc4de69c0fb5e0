import { WIDTH_LADDER_PIXELS } from '@oriel/model';

/**
 * The narrowest ladder step that fills a place `cssWidth` wide without upscaling.
 *
 * @param cssWidth - width on the page in CSS pixels
 * @param devicePixelRatio - device pixels per CSS pixel
 */
export function ladderWidth(cssWidth: number, devicePixelRatio: number): number {
  const devicePixels = Math.ceil(cssWidth * devicePixelRatio - ROUNDING_PIXELS);
  return WIDTH_LADDER_PIXELS.find((step) => step >= devicePixels) ?? WIDEST_PIXELS;
}

const WIDEST_PIXELS = Math.max(...WIDTH_LADDER_PIXELS);

/** Layouts yield fractions: 640.3 pixels must not fetch 960. */
const ROUNDING_PIXELS = 8;
