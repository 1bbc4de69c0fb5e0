/** The WebSocket server under Engine.IO, limiting what Engine.IO never sees: control frames, fragments, and peers that refuse to close. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import { DecayingCounter } from './decaying-counter.ts';

/** Real clients send a few hundred bytes, unfragmented. */
const MAX_FRAGMENTS = 16;
/** Socket.IO has its own ping; some client libraries also send WebSocket pings every few seconds. */
const MAX_RECENT_CONTROL_FRAMES = 100;
/** Lets a peer that broke the protocol read why. */
const CLOSE_GRACE_MS = 500;
const CONTROL_FRAME_MEMORY_MS = 10_000;

/** For Engine.IO's option `wsEngine`. */
export class LimitedWebSocketServer extends WebSocketServer {
  constructor(options: ServerOptions) {
    super({ ...options, maxFragments: MAX_FRAGMENTS });
  }

  override handleUpgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    callback: (client: WebSocket, request: IncomingMessage) => void,
  ): void {
    super.handleUpgrade(request, socket, head, (client, upgraded) => {
      limit(client);
      callback(client, upgraded);
    });
  }
}

function limit(client: WebSocket): void {
  const recent = new DecayingCounter({ memoryMs: CONTROL_FRAME_MEMORY_MS, nowMs: () => performance.now() });
  const onControlFrame = () => {
    if (recent.add(1) > MAX_RECENT_CONTROL_FRAMES) client.terminate();
  };
  client.on('ping', onControlFrame);
  client.on('pong', onControlFrame);
  client.on('error', () => setTimeout(() => client.terminate(), CLOSE_GRACE_MS).unref());
  // ws waits half a minute for the peer to close. What the peer still sends is not worth reading.
  client.on('message', () => {
    if (client.readyState !== client.OPEN) client.terminate();
  });
}
