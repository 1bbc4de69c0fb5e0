/**
 * Chooses the rendition for a viewer's request. Every distinct rendition costs the transcoder an encode, so requests are
 * rounded to a small ladder: viewers that ask for nearly the same share one.
 */
import { isSameRendition, type Rendition, WIDTH_LADDER_PIXELS } from '@oriel/model';

export interface RenditionRequest {
  /** Widest picture wanted, in pixels; absent for the camera's own width. */
  readonly maxWidth?: number | undefined;
  /** Most frames per second wanted; absent for the camera's configured frame rate. */
  readonly maxFramerate?: number | undefined;
  /** JPEG quality 1-100, IJG scale; absent for the camera's configured quality. */
  readonly quality?: number | undefined;
}

export interface RenditionSource {
  /** Configured default quality and upper limit of frames per second. */
  readonly quality: number;
  readonly framerate: number;
  /** The camera's own width in pixels; undefined until it is known. */
  readonly width: number | undefined;
}

/** Most renditions of one camera that one gateway asks for; further requests share the nearest of them. */
export const MAX_RENDITIONS_PER_CAMERA = 8;

/**
 * Never wider and never faster than asked. The width is the next rung down, or 0 for the camera's own width when that is
 * no wider than asked. The quality is the nearest rung or the configured one.
 *
 * @param inUse renditions of this camera that this gateway already asks for
 */
export function chooseRendition(
  request: RenditionRequest,
  source: RenditionSource,
  inUse: readonly Rendition[] = [],
): Rendition {
  const chosen: Rendition = {
    width: chooseWidth(request.maxWidth, source.width),
    quality: chooseQuality(request.quality, source.quality),
    framerate: chooseFramerate(request.maxFramerate, source.framerate),
  };
  if (inUse.length < MAX_RENDITIONS_PER_CAMERA || inUse.some((rendition) => isSameRendition(rendition, chosen)))
    return chosen;
  return nearest(chosen, inUse);
}

/** Rungs in pixels. 16 is the smallest valid request, so "never wider than asked" always holds. */
const WIDTHS = [16, 80, ...WIDTH_LADDER_PIXELS] as const;
const FRAMERATES = [1, 2, 5, 10, 15, 20, 25, 30, 60] as const;
const QUALITIES = [10, 25, 40, 55, 70, 85, 95] as const;
const OWN_WIDTH = 0;

function chooseWidth(maxWidth: number | undefined, ownWidth: number | undefined): number {
  if (maxWidth === undefined) return OWN_WIDTH;
  if (ownWidth !== undefined && ownWidth > 0 && ownWidth <= maxWidth) return OWN_WIDTH;
  return WIDTHS.findLast((width) => width <= maxWidth) ?? WIDTHS[0];
}

function chooseFramerate(maxFramerate: number | undefined, configured: number): number {
  if (maxFramerate === undefined || maxFramerate >= configured) return configured;
  return FRAMERATES.findLast((framerate) => framerate <= maxFramerate) ?? FRAMERATES[0];
}

function chooseQuality(wanted: number | undefined, configured: number): number {
  if (wanted === undefined) return configured;
  const distance = (quality: number) => Math.abs(quality - wanted);
  return QUALITIES.reduce((best, quality) => (distance(quality) < distance(best) ? quality : best), configured);
}

/** The largest one in use that does not exceed `chosen`, else the smallest of all. */
function nearest(chosen: Rendition, inUse: readonly Rendition[]): Rendition {
  const bySize = inUse.toSorted((a, b) => cost(a) - cost(b));
  const within = bySize.findLast(
    (rendition) => pixels(rendition) <= pixels(chosen) && rendition.framerate <= chosen.framerate,
  );
  return within ?? bySize[0] ?? chosen;
}

function pixels({ width }: Rendition): number {
  return width === OWN_WIDTH ? Number.POSITIVE_INFINITY : width;
}

function cost(rendition: Rendition): number {
  return Math.min(pixels(rendition), 8192) ** 2 * rendition.framerate;
}
