/** What gateways want now, kept up to date: told of changes within milliseconds, and polled, as wants expire without a word. */
import type { DemandBoard, RenditionWanted } from '@oriel/control';
import { isCameraId, parseRenditionId, type Rendition } from '@oriel/media-bus';

export interface DemandWatchOptions {
  readonly board: Pick<DemandBoard, 'wanted' | 'subscribe'>;
  /** Told after every reading, one at a time. A rejection goes to `onError`. */
  readonly onDemand: (wanted: Demand) => Promise<void>;
  /** Told when the control Redis cannot be read; what was wanted last stays wanted meanwhile. */
  readonly onError: (error: unknown) => void;
  /** @defaultValue 500 */
  readonly pollIntervalMs?: number;
}

/** Distinct renditions by camera id; a camera that nobody wants is absent. */
export type Demand = ReadonlyMap<string, readonly Rendition[]>;

export class DemandWatch {
  readonly #options: DemandWatchOptions;
  #timer: NodeJS.Timeout | undefined;
  #unsubscribe: (() => Promise<void>) | undefined;
  #reading: Promise<void> | undefined;
  #mustReadAgain = false;
  #closed = false;

  constructor(options: DemandWatchOptions) {
    this.#options = options;
  }

  /** Resolves after the first reading. */
  async start(): Promise<void> {
    this.#unsubscribe = await this.#options.board.subscribe(() => void this.#read());
    // Closed while Redis was away.
    if (this.#closed) return;
    this.#timer = setInterval(() => void this.#read(), this.#options.pollIntervalMs ?? POLL_INTERVAL_MS);
    await this.#read();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#unsubscribe?.();
    await this.#reading;
  }

  /** One reading at a time; a change told during one leads to one more. */
  #read(): Promise<void> {
    this.#mustReadAgain = true;
    this.#reading ??= this.#readUntilCurrent().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readUntilCurrent(): Promise<void> {
    while (this.#mustReadAgain && !this.#closed) {
      this.#mustReadAgain = false;
      try {
        const wanted = await this.#options.board.wanted();
        if (!this.#closed) await this.#options.onDemand(wellFormed(wanted));
      } catch (error) {
        this.#options.onError(error);
      }
    }
  }
}

const POLL_INTERVAL_MS = 500;

/** The quality ladder has half as many; each costs an encoding of every picture. */
const MAX_RENDITIONS_PER_CAMERA = 16;

/** What another version of the gateway, or a hand at the Redis prompt, may have written. */
function wellFormed(wanted: ReadonlyMap<string, readonly RenditionWanted[]>): Demand {
  const demand = new Map<string, readonly Rendition[]>();
  for (const [cameraId, renditions] of wanted) {
    const known = renditions.filter(isRendition).slice(0, MAX_RENDITIONS_PER_CAMERA);
    if (isCameraId(cameraId) && known.length > 0) demand.set(cameraId, known);
  }
  return demand;
}

function isRendition({ width, quality, framerate }: RenditionWanted): boolean {
  return parseRenditionId(`w${width}-q${quality}-f${framerate}`) !== undefined;
}
