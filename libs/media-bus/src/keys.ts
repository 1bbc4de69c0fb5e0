/**
 * Every Redis key of the media bus. Nothing else in the repository spells one.
 *
 * The braces are a cluster hash tag: all keys of one camera share a slot, so a script may touch them together.
 * Changing a layout behind a key changes `v1`, so that old and new services never read each other's bytes.
 */
import { CAMERA_ID_RULE, isCameraId, type Rendition, renditionId } from '@oriel/model';

export const mediaKeys = {
  /** Stream of access units, see `access-unit-entry.ts`. The publisher trims it. */
  accessUnits: (cameraId: string): string => cameraKey(cameraId, 'au'),
  /** String: entry id of the latest keyframe in `accessUnits`. Absent while the stream holds no whole GOP. */
  keyframePointer: (cameraId: string): string => cameraKey(cameraId, 'au:key'),
  /** Stream of the last two JPEGs of a rendition, see `jpeg-entry.ts`. */
  jpegs: (cameraId: string, rendition: Rendition): string => cameraKey(cameraId, `jpeg:${renditionId(rendition)}`),
} as const;

/** The part of a key that decides its slot on Redis Cluster. Keys with the same tag can be read together. */
export function hashTagOf(key: string): string {
  return /\{([^}]+)\}/.exec(key)?.[1] ?? key;
}

/** @throws RangeError if the id could break out of the hash tag or collide with another key */
function cameraKey(cameraId: string, kind: string): string {
  if (!isCameraId(cameraId)) throw new RangeError(`a camera id is ${CAMERA_ID_RULE}`);
  return `v1:{${cameraId}}:${kind}`;
}
