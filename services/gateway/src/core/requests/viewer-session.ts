/** Answers one viewer's requests: what it may see, how much of it, and in which words it is refused. */
import type { CameraView, ErrorCode, ErrorReply, UnwatchReply, WatchReply, WatchRequest } from '@oriel/stream-protocol';
import type { CameraDirectory } from '../cameras/camera-directory.ts';
import { Viewer, type ViewerDeps } from '../delivery/viewer.ts';
import type { Principal } from './access.ts';
import { RequestRate } from './request-rate.ts';

/** Most cameras one viewer watches at a time. */
export const MAX_CAMERAS_PER_VIEWER = 64;
/** A wall of cameras is opened, and resized, at once. */
const REQUEST_BURST = 2 * MAX_CAMERAS_PER_VIEWER;
const REQUESTS_PER_SECOND = 20;

export interface ViewerSessionDeps extends ViewerDeps {
  readonly principal: Principal;
  readonly directory: Pick<CameraDirectory, 'watched' | 'view'>;
}

export class ViewerSession {
  readonly #deps: ViewerSessionDeps;
  readonly #viewer: Viewer;
  readonly #rate: RequestRate;

  constructor(deps: ViewerSessionDeps) {
    this.#deps = deps;
    this.#viewer = new Viewer(deps);
    this.#rate = new RequestRate({ burst: REQUEST_BURST, perSecond: REQUESTS_PER_SECOND, nowMs: deps.nowMs });
  }

  /** Counts one request; every request asks this first. */
  admit(): ErrorReply | undefined {
    if (this.#rate.take()) return undefined;
    return refusal('too-many', `More than ${REQUESTS_PER_SECOND} requests a second; wait a moment.`);
  }

  watch(request: WatchRequest): WatchReply {
    const { principal, directory, connection } = this.#deps;
    const camera = principal.maySee(request.camera) ? directory.watched(request.camera) : undefined;
    const view = directory.view(request.camera);
    if (camera === undefined || view === undefined) {
      return refusal('unknown-camera', `There is no camera "${request.camera}".`);
    }
    if (request.format === 'h264') {
      return refusal('unsupported-format', 'This gateway sends JPEG pictures only; leave out `format`.');
    }
    if (!this.#viewer.isWatching(camera.id) && this.#viewer.cameraIds.length >= MAX_CAMERAS_PER_VIEWER) {
      return refusal('too-many', `A viewer watches at most ${MAX_CAMERAS_PER_VIEWER} cameras at a time.`);
    }
    const rendition = this.#viewer.watch(camera, request);
    connection.sendCamera(toCameraEvent(view));
    return { ok: true, camera: camera.id, rendition };
  }

  /** Also right for a camera that is not watched. */
  unwatch(cameraId: string): UnwatchReply {
    this.#viewer.unwatch(cameraId);
    return { ok: true, camera: cameraId };
  }

  onCameraChange(view: CameraView): void {
    if (this.#viewer.isWatching(view.id)) this.#deps.connection.sendCamera(toCameraEvent(view));
  }

  onFlushed(): void {
    this.#viewer.onFlushed();
  }

  close(): void {
    this.#viewer.close();
  }
}

export function refusal(code: ErrorCode, message: string): ErrorReply {
  return { ok: false, error: { code, message } };
}

function toCameraEvent({ id, name: _, ...rest }: CameraView) {
  return { camera: id, ...rest };
}
