import { readBarcodeFromJpeg } from '@oriel/camera';
import type { CameraEvent, ClientToServerEvents, ServerToClientEvents } from '@oriel/stream-protocol';
import { waitFor } from '@oriel/testing';
import { io, type Socket } from 'socket.io-client';

const WATCH_DEADLINE_MS = 5000;
/** A picture is proof of a recovery when it was taken at least this long after the harm: nothing can have been under way. */
const MARGIN_MS = 300;
const STEADY_FRAMES = 5;

/** A client that watches cameras for as long as the test lasts, and remembers when their frames came. */
export class Watcher {
  readonly states = new Map<string, CameraEvent>();
  readonly #socket: Socket<ServerToClientEvents, ClientToServerEvents>;
  readonly #arrivalsMs = new Map<string, number[]>();
  readonly #newest = new Map<string, Uint8Array>();

  constructor(url: string, cameras: readonly string[]) {
    this.#socket = io(url, {
      transports: ['websocket'],
      reconnectionDelay: 100,
      reconnectionDelayMax: 500,
      forceNew: true,
    });
    this.#socket.on('camera', (event) => this.states.set(event.camera, event));
    this.#socket.on('frame', (header, data, shown) => {
      shown();
      this.#newest.set(header.camera, new Uint8Array(data));
      const arrivals = this.#arrivalsMs.get(header.camera) ?? [];
      arrivals.push(nowMs());
      this.#arrivalsMs.set(header.camera, arrivals);
    });
    this.#socket.on('connect', () => {
      for (const camera of cameras) this.#watch(camera);
    });
  }

  frames(camera: string): number {
    return this.#arrivalsMs.get(camera)?.length ?? 0;
  }

  /** Resolves when this many more frames of the camera have come. */
  async moreFrames(camera: string, count: number, deadlineMs = 30_000): Promise<void> {
    const wanted = this.frames(camera) + count;
    await waitFor(() => this.frames(camera) >= wanted, { what: `${count} frames of ${camera}`, deadlineMs });
  }

  /** When the newest picture was taken, by the time drawn into it; undefined when none has come or it cannot be read. */
  async newestPictureTakenMs(camera: string): Promise<number | undefined> {
    const jpeg = this.#newest.get(camera);
    const timeUs = jpeg && (await readBarcodeFromJpeg(jpeg));
    return timeUs === undefined ? undefined : timeUs / 1000;
  }

  /**
   * Resolves once pictures taken after `sinceMs` come steadily.
   *
   * @returns the longest time without a frame since then, in milliseconds
   */
  async recovered(camera: string, sinceMs: number, deadlineMs = 45_000): Promise<number> {
    const takenAfter = async () => ((await this.newestPictureTakenMs(camera)) ?? 0) > sinceMs + MARGIN_MS;
    await waitFor(takenAfter, { what: `a picture of ${camera} taken after the harm`, deadlineMs, intervalMs: 100 });
    await this.moreFrames(camera, STEADY_FRAMES, deadlineMs);
    return this.longestGapMs(camera, sinceMs);
  }

  /** The longest time without a frame of this camera, from the frame before `sinceMs` until now. */
  longestGapMs(camera: string, sinceMs: number): number {
    const arrivals = this.#arrivalsMs.get(camera) ?? [];
    const before = arrivals.findLast((atMs) => atMs <= sinceMs) ?? sinceMs;
    const points = [before, ...arrivals.filter((atMs) => atMs > sinceMs), nowMs()];
    return Math.max(...points.slice(1).map((atMs, index) => atMs - (points[index] ?? atMs)));
  }

  close(): void {
    this.#socket.close();
  }

  #watch(camera: string): void {
    this.#socket
      .timeout(WATCH_DEADLINE_MS)
      .emitWithAck('watch', { camera })
      .then((reply) => {
        // The gateway may not have heard of the camera yet, as when it has just started.
        if (!reply.ok) setTimeout(() => this.#watch(camera), 250);
      })
      .catch(() => {
        if (this.#socket.connected) this.#watch(camera);
      });
  }
}

/** Milliseconds since the Unix epoch, without steps. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
