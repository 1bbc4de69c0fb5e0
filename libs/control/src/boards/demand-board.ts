import type { Rendition } from '@oriel/model';

export interface Want {
  readonly cameraId: string;
  readonly rendition: Rendition;
}

/** Which gateway wants which rendition of which camera. A gateway's wants expire 3 s after its last renewal. */
export interface DemandBoard {
  /** Replaces all wants of this gateway. Call on every change and at least once a second. Expiry uses Redis' clock. */
  renew(gatewayId: string, wants: readonly Want[]): Promise<void>;
  /** Distinct renditions wanted now, by camera id. Cameras that nobody wants are absent. */
  wanted(): Promise<ReadonlyMap<string, readonly Rendition[]>>;
  /** Calls back within milliseconds of a renewal with changes (pub/sub). Expiries are not announced: poll `wanted` to find them. */
  subscribe(onChange: (cameraIds: readonly string[]) => void): Promise<() => Promise<void>>;
}
