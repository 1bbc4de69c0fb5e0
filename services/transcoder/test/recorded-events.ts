import type { DropReason, FaultReason, TranscoderEvents } from '../src/core/transcoder-events.ts';

export class RecordedEvents implements TranscoderEvents {
  readonly faults: FaultReason[] = [];
  readonly #listeners = new Map<string, () => void>();
  readonly #counts = new Map<string, number>();

  decoded(): void {
    this.#count('decoded');
  }
  encoded(): void {
    this.#count('encoded');
  }
  jumped(): void {
    this.#count('jumped');
  }
  missed(): void {
    this.#count('missed');
  }
  dropped(_cameraId: string, reason: DropReason, count: number): void {
    this.#count(`dropped ${reason}`, count);
  }
  fault(_cameraId: string, reason: FaultReason): void {
    this.faults.push(reason);
  }
  frameShare(): void {}
  /** Calls back whenever it happens. */
  on(what: string, listener: () => void): void {
    this.#listeners.set(what, listener);
  }

  counts(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }

  #count(what: string, by = 1): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + by);
    this.#listeners.get(what)?.();
  }
}

export const silentLogger = { warn: () => undefined, info: () => undefined };
