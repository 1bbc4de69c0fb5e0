import type { Rendition } from '@oriel/model';

export interface Want {
  readonly cameraId: string;
  readonly rendition: Rendition;
}

/** Which gateway wants which rendition of which camera. A gateway's wants expire by themselves 3 s after its last renewal. */
export interface DemandBoard {
  /** Replaces all wants of this gateway. Called on every change and at least once a second. Expiry uses Redis' clock. */
  renew(gatewayId: string, wants: readonly Want[]): Promise<void>;
  /** Distinct renditions wanted now, per camera; a camera that nobody wants is absent. */
  wanted(): Promise<ReadonlyMap<string, readonly Rendition[]>>;
  /** Calls back within milliseconds of a renewal that changed something (pub/sub); expiries are found by polling `wanted`. */
  subscribe(onChange: (cameraIds: readonly string[]) => void): Promise<() => Promise<void>>;
}
