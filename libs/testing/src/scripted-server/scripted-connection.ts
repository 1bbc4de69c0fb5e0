import type { Socket } from 'node:net';
import { interleavedFrame } from './interleaved-frame.ts';
import { parseScriptedRequest, type ScriptedRequest } from './scripted-message.ts';

/** The server's end of one connection: parses requests and sends what a script says. */
export class ScriptedConnection {
  /** The client's replies to the server's requests. */
  readonly replies: string[] = [];
  /** Interleaved packets from the client, by channel. */
  readonly frames: { readonly channel: number; readonly packet: Buffer }[] = [];
  readonly closed: Promise<void>;
  #pending = Buffer.alloc(0);
  #writes: Promise<void> = Promise.resolve();
  #isSilent = false;

  constructor(
    readonly index: number,
    readonly socket: Socket,
    onRequest: (request: ScriptedRequest) => void,
    /** Splits everything sent into pieces of this size, each in its own write. */
    private readonly pieceBytes: number | undefined,
  ) {
    socket.setNoDelay(true);
    // Many scripts test clients that disconnect halfway.
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('data', (chunk: Buffer) => {
      if (this.#isSilent) return;
      this.#pending = Buffer.concat([this.#pending, chunk]);
      for (;;) {
        const taken = this.#take(onRequest);
        if (taken === 0) return;
        this.#pending = this.#pending.subarray(taken);
      }
    });
  }

  get isOpen(): boolean {
    return !this.socket.destroyed && this.socket.writable;
  }

  /** Acts as if the device had lost power: sends nothing, reads nothing, and does not close the connection. */
  fallSilent(): void {
    this.#isSilent = true;
  }

  send(bytes: string | Uint8Array): void {
    if (this.#isSilent) return;
    const buffer = typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : Buffer.from(bytes);
    if (this.pieceBytes === undefined) this.#write(buffer);
    else
      for (let at = 0; at < buffer.length; at += this.pieceBytes)
        this.#write(buffer.subarray(at, at + this.pieceBytes));
  }

  sendFrame(channel: number, packet: Uint8Array): void {
    this.send(interleavedFrame(channel, packet));
  }

  /** Closes gracefully once everything sent so far is out. */
  end(): void {
    this.#writes = this.#writes.then(() => void this.socket.end());
  }

  /** Hands each piece to the network before the next. */
  #write(bytes: Buffer): void {
    this.#writes = this.#writes.then(async () => {
      if (!this.isOpen) return;
      if (!this.socket.write(bytes)) {
        await Promise.race([new Promise((resolve) => this.socket.once('drain', resolve)), this.closed]);
      }
      if (this.pieceBytes !== undefined) await new Promise((resolve) => setImmediate(resolve));
    });
  }

  #take(onRequest: (request: ScriptedRequest) => void): number {
    if (this.#pending[0] === 0x24) {
      const end = this.#pending.length < 4 ? Number.POSITIVE_INFINITY : 4 + this.#pending.readUInt16BE(2);
      if (this.#pending.length < end) return 0;
      this.frames.push({ channel: this.#pending[1] ?? 0, packet: Buffer.from(this.#pending.subarray(4, end)) });
      return end;
    }
    const end = this.#pending.indexOf('\r\n\r\n');
    if (end < 0) return 0;
    const text = this.#pending.toString('utf8', 0, end + 4);
    if (text.startsWith('RTSP/')) this.replies.push(text);
    else onRequest(parseScriptedRequest(text, this.index));
    return end + 4;
  }
}
