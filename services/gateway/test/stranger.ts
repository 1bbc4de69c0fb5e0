/**
 * A client over plain TCP, so that no library holds it back: sends as fast as its attack says, and reads nothing unless told to.
 */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { type Attack, frameOf } from './attacks.ts';

/** As the first of these attacks was seen. */
const BATCH = 500;

export class Stranger {
  sentPackets = 0;
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #answers: Buffer[] = [];
  #timer: NodeJS.Timeout | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('error', () => undefined);
    void this.closed.then(() => clearInterval(this.#timer));
  }

  /** Asks for a WebSocket; resolves with the answer, or when the connection ends without one. */
  static async open(url: string, headers: readonly string[] = []): Promise<{ stranger: Stranger; answer: string }> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    const stranger = new Stranger(socket);
    socket.write(
      [
        'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
        `Host: ${hostname}:${port}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
        ...headers,
        '\r\n',
      ].join('\r\n'),
    );
    const first = new Promise<Buffer>((resolve) => socket.once('data', resolve));
    const data = await Promise.race([first, stranger.closed.then(() => undefined)]);
    socket.pause();
    return { stranger, answer: data?.toString('latin1') ?? '' };
  }

  /** All that has come since. */
  get received(): Buffer {
    return Buffer.concat(this.#answers);
  }

  read(): void {
    this.#socket.on('data', (data) => this.#answers.push(data));
    this.#socket.resume();
  }

  flood({ connectsFirst = true, perSecond, packets }: Attack, camera: string): void {
    if (connectsFirst) this.#socket.write(frameOf('text', '40'));
    const cycle = packets(camera);
    const cycles = Math.max(1, Math.round(Math.min(BATCH, perSecond / 10) / cycle.length));
    const batch = Buffer.concat(Array.from({ length: cycles }, () => Buffer.concat(cycle)));
    const batchPackets = cycles * cycle.length;
    let isWaiting = false;
    this.#timer = setInterval(
      () => {
        if (isWaiting || this.#socket.destroyed) return;
        this.sentPackets += batchPackets;
        isWaiting = !this.#socket.write(batch);
        if (isWaiting) this.#socket.once('drain', () => (isWaiting = false));
      },
      (1_000 * batchPackets) / perSecond,
    );
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
