/**
 * Hands access units on at once while somebody watches, and a fifth of a second's worth at a time while nobody does: then
 * six wake neither Redis nor this process more often than one, which is half of what an idle camera costs.
 *
 * Keyframes never wait, so that who joins finds the newest; and the first access unit after somebody came brings all that waited.
 */
import type { VideoAccessUnit } from '@oriel/rtsp-client';

export interface UnhurriedDeliveryOptions {
  readonly isWatched: () => boolean;
  readonly deliver: (accessUnit: VideoAccessUnit) => void;
  /** Asked where time alone, and no access unit, brings a delivery about. What waits is dropped when it is false. */
  readonly mayDeliver: () => boolean;
  /** Monotonic. */
  readonly nowMs: () => number;
}

export class UnhurriedDelivery {
  readonly #options: UnhurriedDeliveryOptions;
  #waiting: VideoAccessUnit[] = [];
  #waitingBytes = 0;
  #waitingSinceMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: UnhurriedDeliveryOptions) {
    this.#options = options;
  }

  push(accessUnit: VideoAccessUnit): void {
    const nowMs = this.#options.nowMs();
    if (this.#waiting.length === 0) this.#waitingSinceMs = nowMs;
    this.#waiting.push(accessUnit);
    this.#waitingBytes += accessUnit.data.length;
    const isDue = nowMs - this.#waitingSinceMs >= WAIT_MS || this.#waitingBytes >= MAX_WAITING_BYTES;
    if (accessUnit.isKeyframe || isDue || this.#options.isWatched()) this.flush();
    else this.#timer ??= setTimeout(() => this.#flushLate(), LATEST_MS);
  }

  /** Delivers what waits. */
  flush(): void {
    const accessUnits = this.#takeWaiting();
    for (const accessUnit of accessUnits) this.#options.deliver(accessUnit);
  }

  /** Drops what waits. */
  close(): void {
    this.#takeWaiting();
  }

  #flushLate(): void {
    if (this.#options.mayDeliver()) this.flush();
    else this.close();
  }

  #takeWaiting(): readonly VideoAccessUnit[] {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    return waiting;
  }
}

const WAIT_MS = 200;
/** For a camera that sends no more: the others are delivered as the next access unit comes, without a timer. */
const LATEST_MS = 500;
/** More than 200 ms of any camera up to 40 Mbit/s. */
const MAX_WAITING_BYTES = 1024 * 1024;
