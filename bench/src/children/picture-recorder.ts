/** Keeps pictures with the time they came, and reads their barcodes only when the measurement is over. */
import { readBarcodeFromJpeg } from '@oriel/camera';
import { nowMs } from '../measure/clock.ts';

/** All times in milliseconds since the Unix epoch. */
export interface PictureTimes {
  /** When the camera drew it: its barcode. */
  readonly drawnAtMs: number;
  /** When ingest had its last packet; unknown of another program than ours. */
  readonly receivedAtMs?: number;
  /** When the gateway handed it to the socket. */
  readonly sentAtMs?: number;
  /** When its last byte was read. */
  readonly arrivedAtMs: number;
}

export interface Recording {
  readonly frames: number;
  readonly bytes: number;
  readonly durationMs: number;
  /** As the sender told. */
  readonly skipped: number;
}

export interface ReadPictures {
  /** Of each picture, once, in the order of arrival. */
  readonly pictures: readonly PictureTimes[];
  /** JPEGs of a picture that had come before. */
  readonly repeated: number;
  readonly unreadable: number;
}

interface RecordedJpeg {
  readonly jpeg: Uint8Array;
  readonly arrivedAtMs: number;
  readonly receivedAtMs?: number;
  readonly sentAtMs?: number;
}

export class PictureRecorder {
  #jpegs: RecordedJpeg[] = [];
  #startedAtMs: number | undefined;
  #skipped = 0;

  start(): void {
    this.#jpegs = [];
    this.#skipped = 0;
    this.#startedAtMs = nowMs();
  }

  add(recorded: RecordedJpeg, skipped = 0): void {
    if (this.#startedAtMs === undefined) return;
    this.#jpegs.push(recorded);
    this.#skipped += skipped;
  }

  stop(): Recording {
    const durationMs = nowMs() - (this.#startedAtMs ?? Number.NaN);
    this.#startedAtMs = undefined;
    const bytes = this.#jpegs.reduce((total, { jpeg }) => total + jpeg.byteLength, 0);
    return { frames: this.#jpegs.length, bytes, durationMs, skipped: this.#skipped };
  }

  /** Forgets the JPEGs. */
  async readBarcodes(): Promise<ReadPictures> {
    const byDrawing = new Map<number, PictureTimes>();
    let unreadable = 0;
    const recorded = this.#jpegs;
    this.#jpegs = [];
    for (const { jpeg, ...times } of recorded) {
      const drawnAtUs = await readBarcodeFromJpeg(jpeg);
      if (drawnAtUs === undefined) unreadable++;
      else if (!byDrawing.has(drawnAtUs)) byDrawing.set(drawnAtUs, { drawnAtMs: drawnAtUs / 1000, ...times });
    }
    const pictures = [...byDrawing.values()];
    return { pictures, repeated: recorded.length - unreadable - pictures.length, unreadable };
  }
}
