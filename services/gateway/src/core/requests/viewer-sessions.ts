/** The viewers connected now. */
import type { SharedClock } from '@oriel/control';
import type { CameraDirectory } from '../cameras/camera-directory.ts';
import type { DeliveryMeter } from '../delivery/delivery-meter.ts';
import type { FrameFanout } from '../delivery/frame-fanout.ts';
import { SocketIoConnection, type ViewerSocket } from '../delivery/socket-io-connection.ts';
import type { Principal } from './access.ts';
import { ViewerSession } from './viewer-session.ts';

export interface ViewerSessionsDeps {
  readonly fanout: FrameFanout;
  readonly directory: CameraDirectory;
  readonly sharedClock: Pick<SharedClock, 'nowMs'>;
  /** Monotonic. */
  readonly nowMs: () => number;
  readonly meter: DeliveryMeter;
}

export class ViewerSessions {
  readonly #deps: ViewerSessionsDeps;
  readonly #open = new Map<string, { readonly session: ViewerSession; readonly connection: SocketIoConnection }>();

  constructor(deps: ViewerSessionsDeps) {
    this.#deps = deps;
    deps.directory.onChange((view) => {
      for (const { session } of this.#open.values()) session.onCameraChange(view);
    });
  }

  get count(): number {
    return this.#open.size;
  }

  get(socketId: string): ViewerSession | undefined {
    return this.#open.get(socketId)?.session;
  }

  open(socket: ViewerSocket, principal: Principal): void {
    const connection = new SocketIoConnection(socket, this.#deps.sharedClock, () => session.onFlushed());
    const session = new ViewerSession({ ...this.#deps, principal, connection });
    this.#open.set(socket.id, { session, connection });
    this.#deps.meter.viewersChanged('socket', this.count);
  }

  close(socketId: string): void {
    const opened = this.#open.get(socketId);
    if (opened === undefined) return;
    this.#open.delete(socketId);
    opened.session.close();
    opened.connection.close();
    this.#deps.meter.viewersChanged('socket', this.count);
  }
}
