/** Live pictures over plain HTTP, as `multipart/x-mixed-replace`: for `<img>`, dashboards and other programs. */
import type { Writable } from 'node:stream';
import type { SharedClock } from '@oriel/control';
import type { DeliveryMeter } from './delivery-meter.ts';
import { ageMs, CLOCK_AND_NETWORK_ALLOWANCE_MS, type LiveFrame } from './live-frame.ts';
import { NewestFrame } from './newest-frame.ts';

export const MJPEG_BOUNDARY = 'oriel-frame';
export const MJPEG_CONTENT_TYPE = `multipart/x-mixed-replace; boundary=${MJPEG_BOUNDARY}`;

export interface MjpegStreamDeps {
  readonly output: Writable;
  readonly sharedClock: Pick<SharedClock, 'nowMs'>;
  readonly meter: DeliveryMeter;
  readonly maxLatencyMs: number;
}

/** The newest frame wins: while the response has not taken the last one, a newer one takes the place of what waits. */
export class MjpegStream {
  readonly #deps: MjpegStreamDeps;
  readonly #newest: NewestFrame;
  #hasBegun = false;

  constructor(deps: MjpegStreamDeps) {
    this.#deps = deps;
    this.#newest = new NewestFrame(deps.maxLatencyMs + CLOCK_AND_NETWORK_ALLOWANCE_MS);
    deps.output.on('drain', () => this.#send());
  }

  onFrame(frame: LiveFrame): void {
    this.#newest.put(frame);
    this.#send();
  }

  #send(): void {
    const { output, sharedClock, meter } = this.#deps;
    if (output.writableNeedDrain || output.destroyed || output.writableEnded) return;
    const nowMs = sharedClock.nowMs();
    const taken = this.#newest.take(nowMs);
    if (taken === undefined) return;

    const { frame, skipped } = taken;
    const head = [
      this.#hasBegun ? '' : `--${MJPEG_BOUNDARY}\r\n`,
      'Content-Type: image/jpeg\r\n',
      `Content-Length: ${frame.data.byteLength}\r\n`,
      `X-Received-At-Ms: ${frame.receivedAtMs}\r\n\r\n`,
    ];
    this.#hasBegun = true;
    output.cork();
    output.write(head.join(''), 'latin1');
    output.write(frame.data);
    // The next part's boundary comes with this part: browsers show a part only when they see its end.
    output.write(`\r\n--${MJPEG_BOUNDARY}\r\n`, 'latin1');
    output.uncork();
    meter.frameSent('mjpeg', frame.data.byteLength, ageMs(frame, nowMs));
    if (skipped > 0) meter.framesSkipped('mjpeg', skipped);
  }
}
