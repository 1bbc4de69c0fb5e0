/** The size in pixels that a rendition has for a picture of a camera. */

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Scales to the wanted width with the aspect ratio kept; 0, or a width at or above the source's, keeps the source's size.
 * Scaled sizes are even, as 4:2:0 likes them; the camera's own size is left alone.
 */
export function renditionSize(source: PictureSize, wantedWidth: number): PictureSize {
  if (wantedWidth <= 0 || wantedWidth >= source.width) return { width: source.width, height: source.height };
  const width = even(wantedWidth);
  return { width, height: Math.min(source.height, even((source.height * width) / source.width)) };
}

function even(pixels: number): number {
  return Math.max(2, 2 * Math.round(pixels / 2));
}
