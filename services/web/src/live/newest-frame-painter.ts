/**
 * Draws JPEGs so that the newest wins and nothing queues.
 *
 * At most one JPEG is being decoded, one waits for the decoder, and one decoded picture waits for the next animation
 * frame. A replaced frame is never drawn. Every offer is answered exactly once, drawn or not, because the answer frees
 * the viewer's credit at the gateway.
 *
 * Knows no DOM: decoding, drawing and animation frames are injected.
 */

/** A decoded picture: an ImageBitmap in the browser. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  close(): void;
}

/** A received JPEG with its owner's data. */
export interface OfferedFrame<Info> {
  readonly info: Info;
  readonly data: Uint8Array;
  /** Acknowledges the frame to the gateway. */
  readonly answer: () => void;
}

export interface PainterDeps<Info, Decoded extends Picture> {
  decode(data: Uint8Array): Promise<Decoded>;
  draw(picture: Decoded): void;
  /** Calls back before the next repaint; may never do so while the page is hidden. */
  requestFrame(callback: () => void): void;
  onDrawn(info: Info): void;
  onReplaced(info: Info): void;
  onUndecodable(info: Info): void;
}

export class NewestFramePainter<Info, Decoded extends Picture> {
  readonly #deps: PainterDeps<Info, Decoded>;
  #decoding: OfferedFrame<Info> | undefined;
  #waiting: OfferedFrame<Info> | undefined;
  #decoded: { frame: OfferedFrame<Info>; picture: Decoded } | undefined;
  #frameRequested = false;
  #hidden = false;
  /** Grows with each `clear`, so that a decode started earlier draws nothing later. */
  #generation = 0;

  constructor(deps: PainterDeps<Info, Decoded>) {
    this.#deps = deps;
  }

  offer(frame: OfferedFrame<Info>): void {
    if (this.#hidden) {
      frame.answer();
    } else if (this.#decoding) {
      if (this.#waiting) this.#replace(this.#waiting);
      this.#waiting = frame;
    } else {
      this.#decode(frame);
    }
  }

  /** A hidden page gets no animation frames, so frames under way are answered at once and not drawn. */
  setHidden(hidden: boolean): void {
    if (this.#hidden === hidden) return;
    this.#hidden = hidden;
    if (hidden) this.clear();
  }

  /** Drops all frames under way. The picture on screen stays. */
  clear(): void {
    this.#generation++;
    this.#waiting?.answer();
    this.#decoding?.answer();
    this.#decoded?.frame.answer();
    this.#decoded?.picture.close();
    this.#waiting = undefined;
    this.#decoding = undefined;
    this.#decoded = undefined;
  }

  #decode(frame: OfferedFrame<Info>): void {
    this.#decoding = frame;
    const generation = this.#generation;
    this.#deps.decode(frame.data).then(
      (picture) => {
        if (generation !== this.#generation) return picture.close();
        this.#present(frame, picture);
        this.#decodeWaiting();
      },
      () => {
        if (generation !== this.#generation) return;
        frame.answer();
        this.#deps.onUndecodable(frame.info);
        this.#decodeWaiting();
      },
    );
  }

  #decodeWaiting(): void {
    const next = this.#waiting;
    this.#decoding = undefined;
    this.#waiting = undefined;
    if (next) this.#decode(next);
  }

  #present(frame: OfferedFrame<Info>, picture: Decoded): void {
    if (this.#decoded) {
      this.#decoded.picture.close();
      this.#replace(this.#decoded.frame);
    }
    this.#decoded = { frame, picture };
    if (this.#frameRequested) return;
    this.#frameRequested = true;
    this.#deps.requestFrame(() => {
      this.#frameRequested = false;
      this.#draw();
    });
  }

  #draw(): void {
    if (!this.#decoded) return;
    const { frame, picture } = this.#decoded;
    this.#decoded = undefined;
    try {
      this.#deps.draw(picture);
    } finally {
      picture.close();
      frame.answer();
    }
    this.#deps.onDrawn(frame.info);
  }

  #replace(frame: OfferedFrame<Info>): void {
    frame.answer();
    this.#deps.onReplaced(frame.info);
  }
}
