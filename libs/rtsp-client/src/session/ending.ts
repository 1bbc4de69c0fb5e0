import { RtspError } from '../rtsp-error.ts';
import type { AttemptEnd } from './attempt-end.ts';

/** Whether and why an attempt ends. Any part may request the end; the first reason stays, and the attempt frees everything. */
export class Ending {
  readonly #peer: string;
  readonly #cancellation = new AbortController();
  readonly #requested: Promise<AttemptEnd>;
  #resolve!: (end: AttemptEnd) => void;

  /** @param peer Host and port, for errors. */
  constructor(peer: string) {
    this.#peer = peer;
    this.#requested = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  get requested(): Promise<AttemptEnd> {
    return this.#requested;
  }

  get isRequested(): boolean {
    return this.#cancellation.signal.aborted;
  }

  /** Aborts once the end is requested; the reason is the RtspError. */
  get signal(): AbortSignal {
    return this.#cancellation.signal;
  }

  request(end: AttemptEnd): void {
    if (this.isRequested) return;
    this.#cancellation.abort(end.error);
    this.#resolve(end);
  }

  fail(error: RtspError): void {
    this.request({ kind: 'failed', error });
  }

  /** Something threw what it should not: a fault of ours, which must not get back into a socket or timer. */
  failByBug(cause: unknown): void {
    this.fail(this.bug(cause));
  }

  bug(cause: unknown): RtspError {
    const message = 'What the camera sent could not be handled; this is a fault of the client';
    return new RtspError('protocol-violation', message, { peer: this.#peer }, { cause });
  }
}
