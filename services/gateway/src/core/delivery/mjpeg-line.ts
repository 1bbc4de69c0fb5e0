/** A viewer's line over plain HTTP (`multipart/x-mixed-replace`), for `<img>`, dashboards and other programs. */
import type { Writable } from 'node:stream';
import type { LiveFrame } from './live-frame.ts';
import type { PictureLine } from './viewer-line.ts';

const BOUNDARY = 'oriel-frame';
export const MJPEG_CONTENT_TYPE = `multipart/x-mixed-replace; boundary=${BOUNDARY}`;

/** HTTP has no acknowledgements, so a picture counts as arrived once the operating system has taken it. */
export class MjpegLine implements PictureLine {
  readonly kind = 'mjpeg';
  readonly #output: Writable;
  #hasBegun = false;
  #onFlushed: () => void = () => undefined;
  #onTaken: (() => void) | undefined;

  constructor(output: Writable) {
    this.#output = output;
    output.on('drain', () => {
      const onTaken = this.#onTaken;
      this.#onTaken = undefined;
      onTaken?.();
      this.#onFlushed();
    });
  }

  get isFlushed(): boolean {
    const { writableNeedDrain, destroyed, writableEnded } = this.#output;
    return !writableNeedDrain && !destroyed && !writableEnded;
  }

  onFlushed(listener: () => void): void {
    this.#onFlushed = listener;
  }

  sendPicture(frame: LiveFrame, _skipped: number, onArrived: () => void): void {
    const output = this.#output;
    const head = [
      this.#hasBegun ? '' : `--${BOUNDARY}\r\n`,
      'Content-Type: image/jpeg\r\n',
      `Content-Length: ${frame.data.byteLength}\r\n`,
      `X-Received-At-Ms: ${frame.receivedAtMs}\r\n\r\n`,
    ];
    this.#hasBegun = true;
    output.cork();
    output.write(head.join(''), 'latin1');
    output.write(frame.data);
    // Sends the next part's boundary now: browsers show a part only once they see its end.
    output.write(`\r\n--${BOUNDARY}\r\n`, 'latin1');
    output.uncork();
    if (output.writableNeedDrain) this.#onTaken = onArrived;
    else onArrived();
  }
}
