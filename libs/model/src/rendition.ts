/** Size, quality and rate of a camera's JPEGs. Its id is part of a Redis key and of every frame header. */
export interface Rendition {
  /** Width in pixels to scale to, height by the aspect ratio; 0 for the camera's own size. Never scales up. */
  readonly width: number;
  /** JPEG quality 1-100, IJG scale. */
  readonly quality: number;
  /** Maximum frames per second; a camera that sends fewer keeps its own rate. */
  readonly framerate: number;
}

/** Whether each number is within the range that {@link Rendition} allows. */
export function isRendition({ width, quality, framerate }: Rendition): boolean {
  return (
    isWholeNumber(width, 0, MAX_WIDTH_PIXELS) &&
    isWholeNumber(quality, 1, 100) &&
    isWholeNumber(framerate, 1, MAX_FRAMERATE)
  );
}

export function isSameRendition(a: Rendition, b: Rendition): boolean {
  return a.width === b.width && a.quality === b.quality && a.framerate === b.framerate;
}

/**
 * The rendition as written in keys and frame headers, e.g. `w640-q75-f15`.
 * @throws RangeError if a number is outside what {@link Rendition} allows
 */
export function renditionId(rendition: Rendition): string {
  const { width, quality, framerate } = rendition;
  if (!isRendition(rendition)) {
    throw new RangeError(`no such rendition: width ${width}, quality ${quality}, framerate ${framerate}`);
  }
  return `w${width}-q${quality}-f${framerate}`;
}

/** Inverse of {@link renditionId}; undefined for any other text. */
export function parseRenditionId(id: string): Rendition | undefined {
  const match = /^w(\d{1,5})-q(\d{1,3})-f(\d{1,3})$/.exec(id);
  if (!match) return undefined;
  const rendition = { width: Number(match[1]), quality: Number(match[2]), framerate: Number(match[3]) };
  return isRendition(rendition) && renditionId(rendition) === id ? rendition : undefined;
}

/** Width and height have 16 bits in the entries of the media bus. */
const MAX_WIDTH_PIXELS = 65_535;
const MAX_FRAMERATE = 240;

function isWholeNumber(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
