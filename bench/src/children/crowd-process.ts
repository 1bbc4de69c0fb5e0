/** Many viewers in one process: they take what they are sent, and count. */
import type { ClientToServerEvents, ServerToClientEvents } from '@oriel/stream-protocol';
import { io, type Socket } from 'socket.io-client';
import { serve } from './remote-process.ts';

export interface CrowdCount {
  readonly frames: number;
  readonly bytes: number;
  readonly skipped: number;
  /** Of each frame: from the arrival of its last packet at ingest to the hand-over to the socket. */
  readonly sendAgesMs: Float64Array;
}

export interface CrowdMethods {
  /** Resolves when all of them watch. */
  add(url: string, camera: string, viewers: number): Promise<void>;
  startCounting(): Promise<void>;
  stopCounting(): Promise<CrowdCount>;
}

const DEADLINE_MS = 20_000;
/** Viewers that connect at the same moment. */
const CONNECTING_AT_ONCE = 5;

const sockets: Socket<ServerToClientEvents, ClientToServerEvents>[] = [];
let count: { frames: number; bytes: number; skipped: number; sendAgesMs: number[] } | undefined;

async function addOne(url: string, camera: string): Promise<void> {
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(url, {
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
  });
  sockets.push(socket);
  socket.on('frame', (header, data, shown) => {
    shown();
    if (count === undefined) return;
    count.frames++;
    count.bytes += data.byteLength;
    count.skipped += header.skipped;
    count.sendAgesMs.push(header.sentAtMs - header.receivedAtMs);
  });
  const failed = new Promise<never>((_, reject) => socket.once('connect_error', reject));
  const reply = await Promise.race([socket.timeout(DEADLINE_MS).emitWithAck('watch', { camera }), failed]);
  if (!reply.ok) throw new Error(reply.error.message);
}

serve<CrowdMethods>(
  {
    add: async (url, camera, viewers) => {
      for (let added = 0; added < viewers; added += CONNECTING_AT_ONCE) {
        const together = Math.min(CONNECTING_AT_ONCE, viewers - added);
        await Promise.all(Array.from({ length: together }, () => addOne(url, camera)));
      }
    },
    startCounting: async () => {
      count = { frames: 0, bytes: 0, skipped: 0, sendAgesMs: [] };
    },
    stopCounting: async () => {
      const counted = count ?? { frames: 0, bytes: 0, skipped: 0, sendAgesMs: [] };
      count = undefined;
      return { ...counted, sendAgesMs: Float64Array.from(counted.sendAgesMs) };
    },
  },
  () => {
    for (const socket of sockets) socket.close();
  },
);
