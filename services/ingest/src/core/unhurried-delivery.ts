/**
 * Delivers access units at once while somebody watches, and in batches of a fifth of a second while nobody does. A
 * batch of six wakes Redis and this process as often as a single one, which halves the cost of an idle camera.
 *
 * Keyframes never wait, so that a new viewer finds the newest. The first access unit after a viewer has come flushes
 * everything that waited.
 */
import type { VideoAccessUnit } from '@oriel/rtsp-client';

export interface UnhurriedDeliveryOptions {
  readonly isWatched: () => boolean;
  readonly deliver: (accessUnit: VideoAccessUnit) => void;
  /** Asked before a delivery that the timer triggers. If false, the waiting access units are dropped. */
  readonly mayDeliver: () => boolean;
  /** Monotonic clock. */
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

  /** Delivers the waiting access units. */
  flush(): void {
    const accessUnits = this.#takeWaiting();
    for (const accessUnit of accessUnits) this.#options.deliver(accessUnit);
  }

  /** Drops the waiting access units. */
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

/** Delays no viewer: each starts at the keyframe, which never waits (docs/decisions/0014). */
const WAIT_MS = 200;
/** For a camera that falls silent. Otherwise the next access unit triggers the delivery, without a timer. */
const LATEST_MS = 500;
/** More than 200 ms of any camera up to 40 Mbit/s. */
const MAX_WAITING_BYTES = 1024 * 1024;
