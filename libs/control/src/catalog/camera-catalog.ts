import type { Camera } from '@oriel/model';

/** The one way by which services know which cameras there are. */
export interface CameraCatalog {
  /** In the order in which people arranged them. */
  list(): readonly Camera[];
  get(cameraId: string): Camera | undefined;
  /**
   * Calls back after cameras were added, changed, removed or put in another order; {@link get} then says what has become of them.
   * @returns ends the calls
   */
  subscribe(onChange: (changedIds: readonly string[]) => void): () => void;
}
