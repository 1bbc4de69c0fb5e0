/** Lists every open viewer of any kind. Counts viewers, limits them, and cuts them off. */
import type { CameraDirectory } from '../cameras/camera-directory.ts';
import type { DeliveryMeter, ViewerKind } from '../delivery/delivery-meter.ts';
import type { Watch } from '../delivery/viewer.ts';
import type { Logger } from '../logger.ts';
import type { Principal } from './access.ts';
import { noSuchCamera, type Refusal } from './refusal.ts';

/**
 * Most viewers of one gateway. One core serves a few hundred Socket.IO viewers at 30 frames/s, each with up to 64 cameras. An MJPEG response
 * carries one camera and occupies an HTTP connection of its own.
 */
export const MAX_VIEWERS: Readonly<Record<ViewerKind, number>> = { socket: 2_000, mjpeg: 500 };

/** One connection or response that shows cameras. */
export interface OpenViewer {
  readonly kind: ViewerKind;
  readonly principal: Principal;
  /** The client's own address, looked up behind trusted proxies. */
  readonly address: string;
  /** The cameras that it watches now. */
  readonly watches: readonly Watch[];
  /** Stops sending this camera at once. Reports the reason if the protocol can carry one. */
  cut(cameraId: string, reason: Refusal): void;
}

/** One viewer's watch of one camera, as {@link OpenViewers.cut} selects it. */
export interface OpenWatch extends Watch, Pick<OpenViewer, 'kind' | 'principal' | 'address'> {}

export interface OpenViewersDeps {
  readonly directory: Pick<CameraDirectory, 'onRemoved'>;
  readonly meter: Pick<DeliveryMeter, 'viewersChanged'>;
  readonly logger: Logger;
}

export class OpenViewers {
  readonly #deps: OpenViewersDeps;
  readonly #viewers = new Set<OpenViewer>();

  constructor(deps: OpenViewersDeps) {
    this.#deps = deps;
    deps.directory.onRemoved((cameraId) => {
      this.cut((watch) => watch.cameraId === cameraId, noSuchCamera(cameraId).error);
    });
  }

  get watches(): readonly OpenWatch[] {
    return [...this.#viewers].flatMap(watchesOf);
  }

  /** @param kind counts all kinds when absent */
  count(kind?: ViewerKind): number {
    if (kind === undefined) return this.#viewers.size;
    return [...this.#viewers].filter((viewer) => viewer.kind === kind).length;
  }

  hasRoomFor(kind: ViewerKind): boolean {
    return this.count(kind) < MAX_VIEWERS[kind];
  }

  add(viewer: OpenViewer): void {
    this.#viewers.add(viewer);
    this.#deps.meter.viewersChanged(viewer.kind, this.count(viewer.kind));
  }

  remove(viewer: OpenViewer): void {
    if (!this.#viewers.delete(viewer)) return;
    this.#deps.meter.viewersChanged(viewer.kind, this.count(viewer.kind));
  }

  /**
   * Ends every watch that `isMeant` selects. It does not prevent new ones: access checks must refuse them.
   * @returns the number of ended watches
   */
  cut(isMeant: (watch: OpenWatch) => boolean, reason: Refusal): number {
    let watches = 0;
    for (const viewer of [...this.#viewers]) {
      for (const { cameraId } of watchesOf(viewer).filter(isMeant)) {
        viewer.cut(cameraId, reason);
        watches++;
      }
    }
    if (watches > 0) this.#deps.logger.info({ watches, code: reason.code }, 'watches ended');
    return watches;
  }
}

function watchesOf({ kind, principal, address, watches }: OpenViewer): readonly OpenWatch[] {
  return watches.map((watch) => ({ ...watch, kind, principal, address }));
}
