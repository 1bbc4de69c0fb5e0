/**
 * A viewer that costs next to nothing, so that a machine which runs a gateway can hold a crowd of them: speaks Socket.IO 5 over
 * Engine.IO 4, acknowledges every frame, and leaves the pictures' bytes where they are.
 */
import { connect, type Socket } from 'node:net';
import type { FrameHeader, WatchReply, WatchRequest } from '@oriel/stream-protocol';
import { WebSocketReader, webSocketText } from './web-socket-reader.ts';

export interface LeanViewerOptions {
  readonly url: string;
  readonly watch: WatchRequest;
  readonly onFrame: (header: FrameHeader, bytes: number) => void;
}

export interface LeanViewer {
  close(): void;
}

/** All viewers of a process read into it, one after the other. */
const READ_BUFFER = Buffer.allocUnsafe(256 * 1024);
const END_OF_HTTP_HEAD = '\r\n\r\n';
/** Of RFC 6455 §1.3; nobody checks the answer here. */
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const DEADLINE_MS = 20_000;

/** Resolves when the gateway has accepted `watch`. */
export function openLeanViewer({ url, watch, onFrame }: LeanViewerOptions): Promise<LeanViewer> {
  const { hostname, port, host } = new URL(url);
  return new Promise((resolve, reject) => {
    const conversation = new Conversation({
      watch,
      onFrame,
      send: (text) => socket.write(webSocketText(text)),
      onReply: (reply) => {
        clearTimeout(deadline);
        if (reply.ok) resolve({ close: () => socket.destroy() });
        else reject(new Error(reply.error.message));
      },
    });
    const reader = new WebSocketReader({
      onText: (text) => conversation.text(text),
      onBinary: (bytes) => conversation.binary(bytes),
    });
    let head: string | undefined = '';
    const onRead = (bytes: number): boolean => {
      const chunk = READ_BUFFER.subarray(0, bytes);
      if (head === undefined) {
        reader.push(chunk);
        return true;
      }
      head += chunk.toString('latin1');
      const end = head.indexOf(END_OF_HTTP_HEAD);
      if (end < 0) return true;
      const rest = Buffer.from(head.slice(end + END_OF_HTTP_HEAD.length), 'latin1');
      if (!head.startsWith('HTTP/1.1 101')) socket.destroy(new Error(head.slice(0, head.indexOf('\r\n'))));
      head = undefined;
      reader.push(rest);
      return true;
    };
    const socket: Socket = connect({
      host: hostname,
      port: Number(port),
      onread: { buffer: READ_BUFFER, callback: onRead },
    });
    const deadline = setTimeout(() => socket.destroy(new Error('no answer to watch')), DEADLINE_MS);
    socket.setNoDelay();
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the gateway closed the connection')));
    socket.write(
      `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\n` +
        `Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${KEY}\r\n\r\n`,
    );
  });
}

interface ConversationOptions extends Pick<LeanViewerOptions, 'watch' | 'onFrame'> {
  readonly send: (text: string) => void;
  readonly onReply: (reply: WatchReply) => void;
}

/** Engine.IO packet types are the first digit (0 open, 2 ping, 3 pong, 4 message), Socket.IO's the second (0 connect, 3 ack, 5 binary event). */
class Conversation {
  readonly #options: ConversationOptions;
  /** The frame whose picture comes next. */
  #announced: { readonly acknowledgement: string; readonly header: FrameHeader } | undefined;

  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  text(packet: string): void {
    const { watch, send, onReply } = this.#options;
    if (packet.startsWith('0')) send('40');
    else if (packet === '2') send('3');
    else if (packet.startsWith('40')) send(`420["watch",${JSON.stringify(watch)}]`);
    else if (packet.startsWith('430')) onReply(JSON.parse(packet.slice(3))[0]);
    else this.#announce(packet);
  }

  binary(bytes: number): void {
    const { send, onFrame } = this.#options;
    if (this.#announced === undefined) return;
    const { acknowledgement, header } = this.#announced;
    this.#announced = undefined;
    send(`43${acknowledgement}[]`);
    onFrame(header, bytes);
  }

  /** `451-7["frame",{…},{"_placeholder":true,"num":0}]`: one picture follows, 7 acknowledges it. */
  #announce(packet: string): void {
    const match = /^451-(\d+)\["frame",/.exec(packet);
    if (match === null) return;
    const [, acknowledgement = ''] = match;
    this.#announced = { acknowledgement, header: JSON.parse(packet.slice(`451-${acknowledgement}`.length))[1] };
  }
}
