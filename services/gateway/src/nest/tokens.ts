import type { OrielConfig } from '@oriel/config';
import type { CameraStatusBoard, DemandBoard, InstanceBoard, LeaseOffers } from '@oriel/control';
import type { MediaBus } from '@oriel/media-bus';
import type { Logger, Registry } from '@oriel/observability';
import type { Readiness } from '@oriel/observability/nest';
import type { Authenticator } from '../core/access.ts';

/** What the gateway is built from; `main.ts` gives it the real ones. */
export interface GatewayOptions {
  readonly config: OrielConfig;
  readonly instanceId: string;
  readonly version: string;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly authenticator: Authenticator;
  readonly bus: MediaBus;
  readonly demandBoard: DemandBoard;
  readonly statusBoard: CameraStatusBoard;
  readonly instanceBoard: InstanceBoard;
  readonly leaseOffers: LeaseOffers;
  readonly readiness: Readiness;
}

export const GATEWAY_OPTIONS = Symbol('GATEWAY_OPTIONS');
