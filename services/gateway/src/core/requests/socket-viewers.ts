/** The viewers connected over Socket.IO, by socket id. */
import type { SharedClock } from '@oriel/control';
import type { CameraDirectory } from '../cameras/camera-directory.ts';
import type { Deliveries } from '../delivery/deliveries.ts';
import { SocketIoConnection } from '../delivery/socket-io-connection.ts';
import type { ViewerSocket } from '../delivery/socket-io-internals.ts';
import { Viewer } from '../delivery/viewer.ts';
import type { Principal } from './access.ts';
import type { OpenViewers } from './open-viewers.ts';
import { ViewerSession } from './viewer-session.ts';

export interface SocketViewersDeps {
  readonly viewers: OpenViewers;
  readonly directory: CameraDirectory;
  readonly deliveries: Deliveries;
  readonly sharedClock: Pick<SharedClock, 'nowMs'>;
  /** Monotonic clock. */
  readonly nowMs: () => number;
}

export class SocketViewers {
  readonly #deps: SocketViewersDeps;
  readonly #open = new Map<string, { readonly session: ViewerSession; readonly connection: SocketIoConnection }>();

  constructor(deps: SocketViewersDeps) {
    this.#deps = deps;
    deps.directory.onChange((view) => {
      for (const { session } of this.#open.values()) session.onCameraChange(view);
    });
  }

  get(socketId: string): ViewerSession | undefined {
    return this.#open.get(socketId)?.session;
  }

  open(socket: ViewerSocket, principal: Principal, address: string): void {
    const { viewers, directory, deliveries, sharedClock, nowMs } = this.#deps;
    const connection = new SocketIoConnection(socket, sharedClock);
    const viewer = new Viewer({ line: connection, deliveries, sharedClock });
    const session = new ViewerSession({ principal, address, directory, viewer, client: connection, nowMs });
    this.#open.set(socket.id, { session, connection });
    viewers.add(session);
  }

  close(socketId: string): void {
    const opened = this.#open.get(socketId);
    if (opened === undefined) return;
    this.#open.delete(socketId);
    opened.session.close();
    opened.connection.close();
    this.#deps.viewers.remove(opened.session);
  }
}
