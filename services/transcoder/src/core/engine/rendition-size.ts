/** Size in pixels of a rendition of a given picture. */

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Scales to the wanted width and keeps the aspect ratio. 0, or a width at or above the source's, keeps the source's
 * size. Scaled sizes are even, as 4:2:0 prefers; the camera's own size stays as it is.
 */
export function renditionSize(source: PictureSize, wantedWidth: number): PictureSize {
  if (wantedWidth <= 0 || wantedWidth >= source.width) return { width: source.width, height: source.height };
  const width = even(wantedWidth);
  return { width, height: Math.min(source.height, even((source.height * width) / source.width)) };
}

function even(pixels: number): number {
  return Math.max(2, 2 * Math.round(pixels / 2));
}
