/** A TCP relay on the loopback interface that passes everything on, in order, after a time. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class SlowRelay {
  /** How long each piece is held back, in each direction. */
  latencyMs = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #target: { readonly host: string; readonly port: number } | undefined;

  static async listen(): Promise<SlowRelay> {
    const relay = new SlowRelay();
    await new Promise<void>((resolve) => relay.#server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  private constructor() {
    this.#server = createServer({ noDelay: true }, (client) => this.#relay(client));
  }

  /** The address through which one reaches what is at `url`. */
  relayed(url: string): string {
    const relayed = new URL(url);
    this.#target = { host: relayed.hostname, port: Number(relayed.port) };
    const { address, port } = this.#server.address() as AddressInfo;
    relayed.hostname = address;
    relayed.port = String(port);
    return relayed.href;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #relay(client: Socket): void {
    if (this.#target === undefined) {
      client.destroy();
      return;
    }
    const server = connect({ ...this.#target, noDelay: true });
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from);
      this.#pass(from, to);
    }
  }

  #pass(from: Socket, to: Socket): void {
    let dueAtMs = 0;
    const later = (task: () => void) => {
      // Never before what came before it, also when the line has just become fast again.
      dueAtMs = Math.max(dueAtMs, performance.now() + this.latencyMs);
      const waitMs = dueAtMs - performance.now();
      if (waitMs > 0) setTimeout(task, waitMs);
      else task();
    };
    from.on('data', (piece) => later(() => to.writable && to.write(piece)));
    // An error is followed by the end of the connection, which is all that the other side can be told.
    from.on('error', () => undefined);
    from.on('close', () => {
      this.#sockets.delete(from);
      later(() => to.destroy());
    });
  }
}
