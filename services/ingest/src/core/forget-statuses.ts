import type { CameraCatalog, CameraStatusBoard } from '@oriel/control';

/** Removes the statuses of cameras that are not in the catalog any more. Idempotent: every ingest process does it. */
export async function forgetStatuses(
  catalog: Pick<CameraCatalog, 'get'>,
  board: Pick<CameraStatusBoard, 'all' | 'remove'>,
): Promise<void> {
  for (const { cameraId } of await board.all()) {
    if (catalog.get(cameraId) === undefined) await board.remove(cameraId);
  }
}
