/** A viewer over Socket.IO: answers its requests and reports state changes of the cameras it watches. */
import type {
  CameraEvent,
  CameraView,
  EndedEvent,
  ErrorReply,
  UnwatchReply,
  WatchReply,
  WatchRequest,
} from '@oriel/stream-protocol';
import type { CameraDirectory } from '../cameras/camera-directory.ts';
import type { Viewer, Watch } from '../delivery/viewer.ts';
import type { Principal } from './access.ts';
import type { OpenViewer } from './open-viewers.ts';
import { noSuchCamera, type Refusal, refusal } from './refusal.ts';
import { TokenBucket } from './token-bucket.ts';

/** Most cameras that one viewer watches at a time. */
export const MAX_CAMERAS_PER_VIEWER = 64;
/** A page opens a whole wall of cameras at once, and may resize it right away. */
const REQUEST_BURST = 2 * MAX_CAMERAS_PER_VIEWER;
const REQUESTS_PER_SECOND = 20;

export interface ViewerSessionDeps {
  readonly principal: Principal;
  readonly address: string;
  readonly directory: Pick<CameraDirectory, 'watched' | 'view'>;
  readonly viewer: Viewer;
  readonly client: ViewerClient;
  /** Monotonic clock. */
  readonly nowMs: () => number;
}

/** What the client receives besides pictures. */
export interface ViewerClient {
  sendCamera(event: CameraEvent): void;
  sendEnded(event: EndedEvent): void;
}

export class ViewerSession implements OpenViewer {
  readonly kind = 'socket';
  readonly #deps: ViewerSessionDeps;
  readonly #requests: TokenBucket;

  constructor(deps: ViewerSessionDeps) {
    this.#deps = deps;
    this.#requests = new TokenBucket({ burst: REQUEST_BURST, perSecond: REQUESTS_PER_SECOND, nowMs: deps.nowMs });
  }

  get principal(): Principal {
    return this.#deps.principal;
  }

  get address(): string {
    return this.#deps.address;
  }

  get watches(): readonly Watch[] {
    return this.#deps.viewer.watches;
  }

  /** Counts a request; must come first for every one. @returns the refusal when the viewer sends too many */
  admit(): ErrorReply | undefined {
    if (this.#requests.take()) return undefined;
    return refusal('too-many', `More than ${REQUESTS_PER_SECOND} requests a second; wait a moment.`);
  }

  watch(request: WatchRequest): WatchReply {
    const { principal, directory, viewer, client } = this.#deps;
    const camera = principal.maySee(request.camera) ? directory.watched(request.camera) : undefined;
    const view = directory.view(request.camera);
    if (camera === undefined || view === undefined) return noSuchCamera(request.camera);
    if (request.format === 'h264') {
      return refusal('unsupported-format', 'This gateway sends JPEG pictures only; leave out `format`.');
    }
    if (!viewer.isWatching(camera.id) && viewer.watches.length >= MAX_CAMERAS_PER_VIEWER) {
      return refusal('too-many', `A viewer watches at most ${MAX_CAMERAS_PER_VIEWER} cameras at a time.`);
    }
    const rendition = viewer.watch(camera, request);
    client.sendCamera(toCameraEvent(view));
    return { ok: true, camera: camera.id, rendition };
  }

  /** Also succeeds for a camera that is not watched. */
  unwatch(cameraId: string): UnwatchReply {
    this.#deps.viewer.unwatch(cameraId);
    return { ok: true, camera: cameraId };
  }

  cut(cameraId: string, reason: Refusal): void {
    const { viewer, client } = this.#deps;
    if (viewer.unwatch(cameraId)) client.sendEnded({ camera: cameraId, error: reason });
  }

  onCameraChange(view: CameraView): void {
    const { viewer, client } = this.#deps;
    if (viewer.isWatching(view.id)) client.sendCamera(toCameraEvent(view));
  }

  close(): void {
    this.#deps.viewer.close();
  }
}

function toCameraEvent({ id, name: _, ...rest }: CameraView): CameraEvent {
  return { camera: id, ...rest };
}
