/**
 * Every Redis key of the media bus. Nothing else in the repository spells one.
 *
 * The braces are a cluster hash tag: all keys of one camera share a slot, so a script may touch them together.
 * Changing a layout behind a key changes `v1`, so that old and new services never read each other's bytes.
 */
import type { Rendition } from './media-bus.ts';

export const mediaKeys = {
  /** Stream, one entry per access unit, see `access-unit-entry.ts`. The publisher trims it. */
  accessUnits: (cameraId: string): string => cameraKey(cameraId, 'au'),
  /** String: entry id of the latest keyframe in `accessUnits`. Absent while the stream holds no whole GOP. */
  keyframePointer: (cameraId: string): string => cameraKey(cameraId, 'au:key'),
  /** Stream of the last two JPEGs of a rendition, see `jpeg-entry.ts`. */
  jpegs: (cameraId: string, rendition: Rendition): string => cameraKey(cameraId, `jpeg:${renditionId(rendition)}`),
} as const;

/** What decides the slot of a key on Redis Cluster: keys with the same one can be read together. */
export function hashTagOf(key: string): string {
  return /\{([^}]+)\}/.exec(key)?.[1] ?? key;
}

/**
 * The rendition as it stands in keys and frame headers, e.g. `w640-q75-f15`.
 * @throws RangeError when a number is outside what {@link Rendition} allows.
 */
export function renditionId({ width, quality, framerate }: Rendition): string {
  const allowed =
    isWholeNumber(width, 0, MAX_WIDTH) && isWholeNumber(quality, 1, 100) && isWholeNumber(framerate, 1, MAX_FRAMERATE);
  if (!allowed) throw new RangeError(`no such rendition: width ${width}, quality ${quality}, framerate ${framerate}`);
  return `w${width}-q${quality}-f${framerate}`;
}

/** The reverse of {@link renditionId}; undefined for anything it would not have written. */
export function parseRenditionId(id: string): Rendition | undefined {
  const match = /^w(\d{1,5})-q(\d{1,3})-f(\d{1,3})$/.exec(id);
  if (!match) return undefined;
  const rendition = { width: Number(match[1]), quality: Number(match[2]), framerate: Number(match[3]) };
  const inRange = rendition.width <= MAX_WIDTH && rendition.quality <= 100 && rendition.framerate <= MAX_FRAMERATE;
  if (!inRange || rendition.quality < 1 || rendition.framerate < 1) return undefined;
  return renditionId(rendition) === id ? rendition : undefined;
}

/** Whether the id can stand in a key: 1-64 of a-z, 0-9, `-`. */
export function isCameraId(cameraId: string): boolean {
  return /^[a-z0-9-]{1,64}$/.test(cameraId);
}

/** Width and height are 16 bits in the entries. */
const MAX_WIDTH = 65_535;
const MAX_FRAMERATE = 240;

/** @throws RangeError when the id could break out of the hash tag or collide with another key. */
function cameraKey(cameraId: string, kind: string): string {
  if (!isCameraId(cameraId)) throw new RangeError('a camera id is 1 to 64 of a-z, 0-9 and -');
  return `v1:{${cameraId}}:${kind}`;
}

function isWholeNumber(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
