/**
 * Follows what gateways want. Changes arrive within milliseconds; polling catches demand that expires, which nobody
 * announces.
 */
import type { DemandBoard } from '@oriel/control';
import { isCameraId, isRendition, type Rendition } from '@oriel/model';

export interface DemandWatchOptions {
  readonly board: Pick<DemandBoard, 'wanted' | 'subscribe'>;
  /** Called after every reading, one call at a time. A rejection goes to `onError`. */
  readonly onDemand: (wanted: Demand) => Promise<void>;
  /** Called when the control Redis cannot be read. The last known demand stays in force. */
  readonly onError: (error: unknown) => void;
  /** Interval while something is wanted; twice as long while nothing is. @defaultValue 500 */
  readonly pollIntervalMs?: number;
}

/** Distinct renditions by camera id. A camera that nobody wants is absent. */
export type Demand = ReadonlyMap<string, readonly Rendition[]>;

export class DemandWatch {
  readonly #options: DemandWatchOptions;
  #timer: NodeJS.Timeout | undefined;
  #unsubscribe: (() => Promise<void>) | undefined;
  #reading: Promise<void> | undefined;
  #mustReadAgain = false;
  #closed = false;
  #isWanted = true;

  constructor(options: DemandWatchOptions) {
    this.#options = options;
  }

  /** Resolves after the first reading. */
  async start(): Promise<void> {
    this.#unsubscribe = await this.#options.board.subscribe(() => void this.#read());
    // close() may have been called while Redis was away.
    if (this.#closed) return;
    await this.#read();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#unsubscribe?.();
    await this.#reading;
  }

  /** One reading at a time. A change announced during a reading causes one more. */
  #read(): Promise<void> {
    this.#mustReadAgain = true;
    this.#reading ??= this.#readUntilCurrent().finally(() => {
      this.#reading = undefined;
      this.#readAgainLater();
    });
    return this.#reading;
  }

  /** While nothing is wanted, nothing can expire, so polling only finds a change whose announcement was lost. */
  #readAgainLater(): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    const { pollIntervalMs = POLL_INTERVAL_MS } = this.#options;
    this.#timer = setTimeout(() => void this.#read(), this.#isWanted ? pollIntervalMs : IDLE_POLLS * pollIntervalMs);
  }

  async #readUntilCurrent(): Promise<void> {
    while (this.#mustReadAgain && !this.#closed) {
      this.#mustReadAgain = false;
      try {
        const wanted = wellFormed(await this.#options.board.wanted());
        this.#isWanted = wanted.size > 0;
        if (!this.#closed) await this.#options.onDemand(wanted);
      } catch (error) {
        this.#options.onError(error);
      }
    }
  }
}

const POLL_INTERVAL_MS = 500;
const IDLE_POLLS = 2;

/** Twice as many as the quality ladder has: each rendition costs an encoding of every picture. */
const MAX_RENDITIONS_PER_CAMERA = 16;

/** Drops what another version of the gateway, or someone at the Redis prompt, may have written. */
function wellFormed(wanted: ReadonlyMap<string, readonly Rendition[]>): Demand {
  const demand = new Map<string, readonly Rendition[]>();
  for (const [cameraId, renditions] of wanted) {
    const known = renditions.filter(isRendition).slice(0, MAX_RENDITIONS_PER_CAMERA);
    if (isCameraId(cameraId) && known.length > 0) demand.set(cameraId, known);
  }
  return demand;
}
