/** One viewer of several cameras, as any Socket.IO client is one; keeps when which picture came, and what was said of the cameras. */
import { readBarcodeFromJpeg } from '@oriel/camera';
import type { CameraEvent, ClientToServerEvents, ServerToClientEvents } from '@oriel/stream-protocol';
import { io, type Socket } from 'socket.io-client';
import { nowMs } from '../measure/clock.ts';
import type { SeenPicture } from './continuity.ts';

interface Kept {
  readonly atMs: number;
  readonly arrivedAtMs: number;
  readonly shownAgeMs: number | undefined;
  readonly jpeg: Buffer;
}

export interface Seen {
  readonly pictures: ReadonlyMap<string, readonly SeenPicture[]>;
  /** In the order in which they came. */
  readonly events: readonly CameraEvent[];
}

/** Often, so that what is measured is how right the services are, and not this viewer. */
const CLOCK_INTERVAL_MS = 250;

export class Watching {
  readonly #socket: Socket<ServerToClientEvents, ClientToServerEvents>;
  readonly #kept = new Map<string, Kept[]>();
  readonly #timer: NodeJS.Timeout;
  #events: CameraEvent[] = [];
  /** The gateway's clock minus this one. */
  #offsetMs: number | undefined;

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
    this.#socket.on('disconnect', () => {
      this.#offsetMs = undefined;
    });
    this.#socket.on('camera', (event) => this.#events.push(event));
    this.#socket.on('frame', ({ camera, receivedAtMs }, jpeg, shown) => {
      const kept = this.#kept.get(camera) ?? [];
      this.#kept.set(camera, kept);
      const arrivedAtMs = nowMs();
      const shownAgeMs = this.#offsetMs === undefined ? undefined : arrivedAtMs + this.#offsetMs - receivedAtMs;
      kept.push({ atMs: performance.now(), arrivedAtMs, shownAgeMs, jpeg: Buffer.from(jpeg) });
      shown();
    });
    this.#timer = setInterval(() => this.#askClock(), CLOCK_INTERVAL_MS);
  }

  /** How many pictures have come since then, of the camera that has shown the fewest. */
  fewestSince(cameraIds: readonly string[], fromMs: number): number {
    return Math.min(...cameraIds.map((id) => (this.#kept.get(id) ?? []).filter(({ atMs }) => atMs > fromMs).length));
  }

  /** What came since this was last asked. */
  async take(): Promise<Seen> {
    const pictures = new Map<string, SeenPicture[]>();
    for (const [cameraId, kept] of this.#kept) {
      const seen: SeenPicture[] = [];
      for (const { atMs, arrivedAtMs, shownAgeMs, jpeg } of kept.splice(0)) {
        const timeUs = await readBarcodeFromJpeg(jpeg);
        const madeAtMs = timeUs === undefined ? undefined : Number(timeUs) / 1000;
        const ageMs = madeAtMs === undefined ? undefined : arrivedAtMs - madeAtMs;
        seen.push({ atMs, madeAtMs, ageMs, shownAgeMs });
      }
      pictures.set(cameraId, seen);
    }
    const events = this.#events;
    this.#events = [];
    return { pictures, events };
  }

  close(): void {
    clearInterval(this.#timer);
    this.#socket.close();
  }

  #askClock(): void {
    if (!this.#socket.connected) return;
    const sentAtMs = nowMs();
    this.#socket.emit('clock', ({ serverTimeMs }) => {
      const roundTripMs = nowMs() - sentAtMs;
      // A slow one would say more of this viewer than of the gateway.
      if (roundTripMs < MAX_ROUND_TRIP_MS) this.#offsetMs = serverTimeMs - (sentAtMs + roundTripMs / 2);
    });
  }
}

const MAX_ROUND_TRIP_MS = 20;
