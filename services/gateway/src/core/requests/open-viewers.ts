/** Every open viewer of any kind, in one list: what counts viewers, limits them, and cuts them off. */
import type { CameraDirectory } from '../cameras/camera-directory.ts';
import type { DeliveryMeter, ViewerKind } from '../delivery/delivery-meter.ts';
import type { Watch } from '../delivery/viewer.ts';
import type { Logger } from '../logger.ts';
import type { Principal } from './access.ts';
import { noSuchCamera, type Refusal } from './refusal.ts';

/**
 * Most viewers of one gateway. One core serves a few hundred Socket.IO viewers at 30 frames/s, each with up to 64 cameras; an MJPEG response
 * is one camera and one HTTP connection that nothing else can use.
 */
export const MAX_VIEWERS: Readonly<Record<ViewerKind, number>> = { socket: 2_000, mjpeg: 500 };

/** One connection or response that shows cameras. */
export interface OpenViewer {
  readonly kind: ViewerKind;
  readonly principal: Principal;
  /** Of the client, behind whatever proxies there are. */
  readonly address: string;
  /** The cameras that it is sent now. */
  readonly watches: readonly Watch[];
  /** Ends what it is sent of this camera at once, and says why where its protocol has a word for that. */
  cut(cameraId: string, reason: Refusal): void;
}

/** One camera that one viewer is sent: what {@link OpenViewers.cut} chooses by. */
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

  /** @param kind - all kinds when left out */
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
   * Ends every watch that `isMeant` chooses. New ones are not its concern: whoever may not watch any more must be refused at the door.
   * @returns how many were ended
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
