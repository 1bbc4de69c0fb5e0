/** Tracks which cameras somebody watches: delivery of the others need not hurry. */
import type { DemandBoard } from '@oriel/control';

export interface WatchedCamerasOptions {
  readonly board: Pick<DemandBoard, 'wanted' | 'subscribe'>;
  /** Monotonic clock. */
  readonly nowMs: () => number;
  /** Called when the control Redis cannot be read. What was known stays in force. */
  readonly onError: (error: unknown) => void;
}

export class WatchedCameras {
  readonly #options: WatchedCamerasOptions;
  readonly #wantedAtMs = new Map<string, number>();
  /** Until the first reading, every camera counts as watched. */
  #isKnown = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;
  #unsubscribe: (() => Promise<void>) | undefined;

  constructor(options: WatchedCamerasOptions) {
    this.#options = options;
  }

  isWatched(cameraId: string): boolean {
    if (!this.#isKnown) return true;
    const wantedAtMs = this.#wantedAtMs.get(cameraId);
    return wantedAtMs !== undefined && this.#options.nowMs() - wantedAtMs < STAYS_WATCHED_MS;
  }

  /** Resolves after the first reading. */
  async start(): Promise<void> {
    const { board } = this.#options;
    // A change may be for more or for less demand; counting it as watched is safe until the next reading.
    this.#unsubscribe = await board.subscribe((cameraIds) => this.#wanted(cameraIds));
    if (this.#isClosed) return;
    this.#timer = setInterval(() => void this.#read(), POLL_INTERVAL_MS);
    await this.#read();
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
    // Not awaited, because it would wait for a Redis that is away.
    void this.#unsubscribe?.();
  }

  async #read(): Promise<void> {
    try {
      this.#wanted((await this.#options.board.wanted()).keys());
      this.#isKnown = true;
    } catch (error) {
      if (!this.#isClosed) this.#options.onError(error);
    }
  }

  #wanted(cameraIds: Iterable<string>): void {
    const nowMs = this.#options.nowMs();
    for (const [cameraId, wantedAtMs] of this.#wantedAtMs)
      if (nowMs - wantedAtMs >= STAYS_WATCHED_MS) this.#wantedAtMs.delete(cameraId);
    for (const cameraId of cameraIds) this.#wantedAtMs.set(cameraId, nowMs);
  }
}

/** Changes are announced at once; polling finds those whose announcement was lost. */
const POLL_INTERVAL_MS = 2_000;
/** Longer than two polls, and than a restarted Redis takes to hear of all demand again. */
const STAYS_WATCHED_MS = 5_000;
