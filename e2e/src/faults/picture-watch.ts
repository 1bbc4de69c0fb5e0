/** A viewer that keeps no pictures, only when they came. */
import type { ClientToServerEvents, ServerToClientEvents, WatchReply } from '@oriel/stream-protocol';
import { waitFor } from '@oriel/testing';
import { io, type Socket } from 'socket.io-client';

export interface PictureTime {
  /** Its last packet reached ingest. */
  readonly receivedAtMs: number;
  /** It reached the viewer. */
  readonly shownAtMs: number;
}

export class PictureWatch {
  readonly #socket: Socket<ServerToClientEvents, ClientToServerEvents>;
  readonly #listeners = new Map<string, Set<(time: PictureTime) => void>>();
  readonly #counts = new Map<string, number>();

  constructor(url: string) {
    this.#socket = io(url, { transports: ['websocket'], reconnectionDelay: 100, reconnectionDelayMax: 500 });
    this.#socket.on('frame', ({ camera, receivedAtMs }, _data, shown) => {
      shown();
      this.#counts.set(camera, this.countOf(camera) + 1);
      const time = { receivedAtMs, shownAtMs: nowMs() };
      for (const listener of this.#listeners.get(camera) ?? []) listener(time);
    });
  }

  /** Resolves with the first picture. */
  async watch(camera: string): Promise<void> {
    const ask = async (): Promise<WatchReply> => this.#socket.timeout(5_000).emitWithAck('watch', { camera });
    this.#socket.io.on('reconnect', () => void ask().catch(() => undefined));
    const reply = await ask();
    if (!reply.ok) throw new Error(reply.error.message);
    await waitFor(() => this.countOf(camera) > 0, { what: `a picture of ${camera}`, deadlineMs: 60_000 });
  }

  countOf(camera: string): number {
    return this.#counts.get(camera) ?? 0;
  }

  /** The first picture that reached ingest after that; undefined when none did in time. */
  async firstSince(camera: string, sinceMs: number, deadlineMs: number): Promise<PictureTime | undefined> {
    const listeners = this.#listeners.get(camera) ?? new Set();
    this.#listeners.set(camera, listeners);
    return new Promise((resolve) => {
      const done = (time: PictureTime | undefined) => {
        clearTimeout(timer);
        listeners.delete(onPicture);
        resolve(time);
      };
      const onPicture = (time: PictureTime) => {
        if (time.receivedAtMs > sinceMs) done(time);
      };
      const timer = setTimeout(() => done(undefined), deadlineMs);
      listeners.add(onPicture);
    });
  }

  close(): void {
    this.#socket.close();
  }
}

export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
