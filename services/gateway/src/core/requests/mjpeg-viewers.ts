/** MJPEG responses, from their headers to their end. */
import type { ServerResponse } from 'node:http';
import type { SharedClock } from '@oriel/control';
import type { WatchedCamera } from '../cameras/watched-camera.ts';
import type { Deliveries } from '../delivery/deliveries.ts';
import type { DeliveryRequest } from '../delivery/delivery.ts';
import { MJPEG_CONTENT_TYPE, MjpegLine } from '../delivery/mjpeg-line.ts';
import { Viewer, type Watch } from '../delivery/viewer.ts';
import type { Principal } from './access.ts';
import type { OpenViewer, OpenViewers } from './open-viewers.ts';

/** A client that takes no waiting bytes for this long is gone. A silent camera does not count: then nothing waits. */
const STALL_MS = 20_000;

const HEADERS = {
  'Content-Type': MJPEG_CONTENT_TYPE,
  'Cache-Control': 'no-store',
  // Tells nginx not to buffer, which would hold the pictures back.
  'X-Accel-Buffering': 'no',
};

export interface MjpegViewersDeps {
  readonly viewers: OpenViewers;
  readonly deliveries: Deliveries;
  readonly sharedClock: Pick<SharedClock, 'nowMs'>;
}

export interface MjpegRequest {
  readonly principal: Principal;
  readonly address: string;
  readonly camera: WatchedCamera;
  readonly wanted: DeliveryRequest;
  readonly response: ServerResponse;
}

class MjpegViewer implements OpenViewer {
  readonly kind = 'mjpeg';
  readonly principal: Principal;
  readonly address: string;
  readonly #response: ServerResponse;
  readonly #viewer: Viewer;

  constructor({ principal, address, response }: MjpegRequest, { deliveries, sharedClock }: MjpegViewersDeps) {
    this.principal = principal;
    this.address = address;
    this.#response = response;
    this.#viewer = new Viewer({ line: new MjpegLine(response), deliveries, sharedClock });
  }

  get watches(): readonly Watch[] {
    return this.#viewer.watches;
  }

  watch(camera: WatchedCamera, wanted: DeliveryRequest): void {
    this.#viewer.watch(camera, wanted);
  }

  /** HTTP cannot carry the reason. A client that reads sees the response end; one that does not is cut off and its waiting bytes dropped. */
  cut(cameraId: string): void {
    if (!this.#viewer.unwatch(cameraId)) return;
    if (this.#response.writableNeedDrain) this.#response.destroy();
    else this.#response.end();
  }

  close(): void {
    this.#viewer.close();
  }
}

export class MjpegViewers {
  readonly #deps: MjpegViewersDeps;

  constructor(deps: MjpegViewersDeps) {
    this.#deps = deps;
  }

  get hasRoom(): boolean {
    return this.#deps.viewers.hasRoomFor('mjpeg');
  }

  /** Answers a HEAD request with the headers that {@link open} sends. */
  describe(response: ServerResponse): void {
    response.writeHead(200, HEADERS).end();
  }

  /** Sends pictures until the client leaves or the viewer is cut. */
  open(request: MjpegRequest): void {
    const { viewers } = this.#deps;
    const { camera, wanted, response } = request;
    response.writeHead(200, HEADERS);
    response.flushHeaders();
    response.socket?.setNoDelay(true);
    response.setTimeout(STALL_MS, () => {
      if (response.writableNeedDrain) response.destroy();
    });
    const viewer = new MjpegViewer(request, this.#deps);
    viewers.add(viewer);
    viewer.watch(camera, wanted);
    response.once('close', () => {
      viewer.close();
      viewers.remove(viewer);
    });
  }
}
