/** What GET /api/cameras answered, checked far enough that the page can rely on it. */
import { CAMERA_STATES } from '@oriel/model';
import type { CameraView } from '@oriel/stream-protocol';

/**
 * Reads the answer: a list of cameras. Entries without id or in a state from the future are
 * left out, so that an older page under a newer gateway shows the rest.
 *
 * @returns undefined when it is no such list at all, for instance a proxy's error page
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
