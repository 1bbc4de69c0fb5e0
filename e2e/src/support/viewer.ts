import { readBarcodeFromJpeg } from '@oriel/camera';
import type {
  CameraEvent,
  ClientToServerEvents,
  FrameHeader,
  ServerToClientEvents,
  WatchReply,
} from '@oriel/stream-protocol';
import { waitFor } from '@oriel/testing';
import { io, type Socket } from 'socket.io-client';

export interface SeenFrame {
  readonly header: FrameHeader;
  readonly jpeg: Buffer;
  readonly atMs: number;
}

/** A viewer as any Socket.IO client is one; it keeps what it was sent and shows each frame at once. */
export class TestViewer {
  readonly frames: SeenFrame[] = [];
  readonly events: CameraEvent[] = [];
  readonly #socket: Socket<ServerToClientEvents, ClientToServerEvents>;

  constructor(url: string) {
    this.#socket = io(url, {
      transports: ['websocket'],
      reconnectionDelay: 100,
      reconnectionDelayMax: 500,
      forceNew: true,
    });
    this.#socket.on('camera', (event) => this.events.push(event));
    this.#socket.on('frame', (header, data, shown) => {
      this.frames.push({ header, jpeg: Buffer.from(data), atMs: performance.timeOrigin + performance.now() });
      shown();
    });
  }

  /** Watches now, and again after each reconnect. */
  async watch(camera: string): Promise<void> {
    const ask = async (): Promise<WatchReply> => this.#socket.timeout(5000).emitWithAck('watch', { camera });
    this.#socket.io.on('reconnect', () => void ask());
    const reply = await ask();
    if (!reply.ok) throw new Error(reply.error.message);
  }

  /** Resolves with the first frame of a camera that comes after now. */
  async nextFrame(camera: string, deadlineMs = 30_000): Promise<SeenFrame> {
    const from = this.frames.length;
    return waitFor(() => this.frames.slice(from).find((frame) => frame.header.camera === camera), {
      what: `a frame of ${camera}`,
      deadlineMs,
    });
  }

  /** When the pictures were made, by the barcode in them, in the order in which they came. */
  async pictureTimesMs(camera: string): Promise<number[]> {
    const times: number[] = [];
    for (const { header, jpeg } of this.frames) {
      if (header.camera !== camera) continue;
      const timeUs = await readBarcodeFromJpeg(jpeg);
      if (timeUs !== undefined) times.push(Number(timeUs) / 1000);
    }
    return times;
  }

  close(): void {
    this.#socket.close();
  }
}
