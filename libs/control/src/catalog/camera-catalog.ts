import type { Camera } from '@oriel/model';

/** The only source from which services learn which cameras exist. */
export interface CameraCatalog {
  /** All cameras, in the order that people arranged. */
  list(): readonly Camera[];
  get(cameraId: string): Camera | undefined;
  /**
   * Calls back after cameras were added, changed, removed or reordered. {@link get} then returns their new state.
   * @returns unsubscribes
   */
  subscribe(onChange: (changedIds: readonly string[]) => void): () => void;
}
