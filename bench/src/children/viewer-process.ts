/** One viewer, as any Socket.IO client is one; shows each frame at once. */
import type { ClientToServerEvents, ServerToClientEvents } from '@oriel/stream-protocol';
import { io, type Socket } from 'socket.io-client';
import { nowMs } from '../measure/clock.ts';
import { PictureRecorder, type ReadPictures, type Recording } from './picture-recorder.ts';
import { serve } from './remote-process.ts';

/** Milliseconds since `watch` was sent. */
export interface FirstPicture {
  readonly repliedMs: number;
  /** When the gateway handed the first frame to the socket. */
  readonly sentMs: number;
  readonly arrivedMs: number;
  /** Since the last packet of that frame had arrived from the camera. */
  readonly ageMs: number;
}

export interface ViewerMethods {
  connect(url: string): Promise<void>;
  /** Resolves with the first frame. */
  watch(camera: string): Promise<FirstPicture>;
  disconnect(): Promise<void>;
  startRecording(): Promise<void>;
  stopRecording(): Promise<Recording>;
  readBarcodes(): Promise<ReadPictures>;
}

const DEADLINE_MS = 30_000;

let socket: Socket<ServerToClientEvents, ClientToServerEvents> | undefined;
const recorder = new PictureRecorder();

async function connect(url: string): Promise<void> {
  const connecting = io(url, { transports: ['websocket'], reconnection: false, forceNew: true });
  socket = connecting;
  connecting.on('frame', (header, data, shown) => {
    const arrivedAtMs = nowMs();
    shown();
    const { receivedAtMs, sentAtMs, skipped } = header;
    recorder.add({ jpeg: data, arrivedAtMs, receivedAtMs, sentAtMs }, skipped);
  });
  await new Promise<void>((resolve, reject) => {
    connecting.once('connect', resolve);
    connecting.once('connect_error', reject);
  });
}

async function watch(camera: string): Promise<FirstPicture> {
  const viewer = socket;
  if (viewer === undefined) throw new Error('not connected');
  const startedAtMs = nowMs();
  const first = new Promise<Omit<FirstPicture, 'repliedMs'>>((resolve, reject) => {
    const deadline = setTimeout(() => reject(new Error(`no picture within ${DEADLINE_MS} ms`)), DEADLINE_MS);
    viewer.once('frame', ({ receivedAtMs, sentAtMs }) => {
      clearTimeout(deadline);
      const arrivedAtMs = nowMs();
      resolve({
        sentMs: sentAtMs - startedAtMs,
        arrivedMs: arrivedAtMs - startedAtMs,
        ageMs: arrivedAtMs - receivedAtMs,
      });
    });
  });
  const replied = viewer.timeout(DEADLINE_MS).emitWithAck('watch', { camera });
  const [picture, repliedMs] = await Promise.all([
    first,
    replied.then((reply) => {
      if (!reply.ok) throw new Error(reply.error.message);
      return nowMs() - startedAtMs;
    }),
  ]);
  return { repliedMs, ...picture };
}

serve<ViewerMethods>(
  {
    connect,
    watch,
    disconnect: async () => {
      socket?.close();
    },
    startRecording: async () => recorder.start(),
    stopRecording: async () => recorder.stop(),
    readBarcodes: () => recorder.readBarcodes(),
  },
  () => {
    socket?.close();
  },
);
