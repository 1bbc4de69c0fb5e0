/** Checks the answer of GET /api/cameras as far as the page relies on it. */
import { CAMERA_STATES } from '@oriel/model';
import type { CameraView } from '@oriel/stream-protocol';

/**
 * Drops entries that lack an id or name, or have an unknown state, so that an old page on a newer
 * gateway shows the rest.
 *
 * @returns undefined when the body is no list at all, e.g. a proxy's error page
 */
export function readCameraList(body: unknown): readonly CameraView[] | undefined {
  return Array.isArray(body) ? body.filter(isCameraView) : undefined;
}

const STATES: ReadonlySet<unknown> = new Set(CAMERA_STATES);

function isCameraView(entry: unknown): entry is CameraView {
  return (
    isRecord(entry) &&
    typeof entry['id'] === 'string' &&
    typeof entry['name'] === 'string' &&
    STATES.has(entry['state'])
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
