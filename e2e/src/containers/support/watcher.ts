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
  /** Of each camera, in the order in which they came; empty while nobody asks for their order. */
  readonly #kept = new Map<string, Uint8Array[]>();
  #isKeeping = false;

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
      const jpeg = new Uint8Array(data);
      this.#newest.set(header.camera, jpeg);
      if (this.#isKeeping) append(this.#kept, header.camera, jpeg);
      append(this.#arrivalsMs, header.camera, nowMs());
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

  /** From now on, until {@link framesOutOfOrder}, all pictures are kept. */
  keepOrder(): void {
    this.#kept.clear();
    this.#isKeeping = true;
  }

  /** Frames since {@link keepOrder} that show the time of the one before them, or an earlier one, by what is drawn into them. */
  async framesOutOfOrder(): Promise<{ readonly repeated: number; readonly older: number }> {
    this.#isKeeping = false;
    let repeated = 0;
    let older = 0;
    for (const jpegs of this.#kept.values()) {
      let newestUs = Number.NEGATIVE_INFINITY;
      for (const jpeg of jpegs) {
        const takenUs = (await readBarcodeFromJpeg(jpeg)) ?? Number.NaN;
        if (takenUs === newestUs) repeated++;
        if (takenUs < newestUs) older++;
        if (takenUs > newestUs) newestUs = takenUs;
      }
    }
    this.#kept.clear();
    return { repeated, older };
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

function append<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

/** Milliseconds since the Unix epoch, without steps. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
