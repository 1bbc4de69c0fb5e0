/** One viewer of several cameras, as any Socket.IO client is one; keeps when which picture came. */
import { readBarcodeFromJpeg } from '@oriel/camera';
import type { ClientToServerEvents, ServerToClientEvents } from '@oriel/stream-protocol';
import { io, type Socket } from 'socket.io-client';
import type { SeenPicture } from './continuity.ts';

interface Kept {
  readonly atMs: number;
  readonly jpeg: Buffer;
}

export class Watching {
  readonly #socket: Socket<ServerToClientEvents, ClientToServerEvents>;
  readonly #kept = new Map<string, Kept[]>();

  constructor(url: string, cameraIds: readonly string[]) {
    this.#socket = io(url, {
      transports: ['websocket'],
      reconnectionDelay: 100,
      reconnectionDelayMax: 500,
      forceNew: true,
    });
    this.#socket.on('connect', () => {
      for (const camera of cameraIds) this.#socket.emit('watch', { camera }, () => undefined);
    });
    this.#socket.on('frame', ({ camera }, jpeg, shown) => {
      const kept = this.#kept.get(camera) ?? [];
      this.#kept.set(camera, kept);
      kept.push({ atMs: performance.now(), jpeg: Buffer.from(jpeg) });
      shown();
    });
  }

  /** How many pictures have come since then, of the camera that has shown the fewest. */
  fewestSince(cameraIds: readonly string[], fromMs: number): number {
    return Math.min(...cameraIds.map((id) => (this.#kept.get(id) ?? []).filter(({ atMs }) => atMs > fromMs).length));
  }

  /** What came since this was last asked, by camera. */
  async take(): Promise<ReadonlyMap<string, readonly SeenPicture[]>> {
    const taken = new Map<string, SeenPicture[]>();
    for (const [cameraId, kept] of this.#kept) {
      const pictures: SeenPicture[] = [];
      for (const { atMs, jpeg } of kept.splice(0)) {
        const timeUs = await readBarcodeFromJpeg(jpeg);
        pictures.push({ atMs, madeAtMs: timeUs === undefined ? undefined : Number(timeUs) / 1000 });
      }
      taken.set(cameraId, pictures);
    }
    return taken;
  }

  close(): void {
    this.#socket.close();
  }
}
