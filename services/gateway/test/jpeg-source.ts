/** Publishes pictures as a transcoder does, one at a time. */
import type { JpegFrame, MediaBus } from '@oriel/media-bus';
import type { Rendition } from '@oriel/model';

export const FULL: Rendition = { width: 0, quality: 85, framerate: 30 };

export class JpegSource {
  #sequence = 0;
  readonly #bus: MediaBus;
  readonly cameraId: string;
  readonly rendition: Rendition;

  constructor(bus: MediaBus, cameraId: string, rendition: Rendition = FULL) {
    this.#bus = bus;
    this.cameraId = cameraId;
    this.rendition = rendition;
  }

  /** @returns the frame's sequence */
  async publish(frame: Partial<JpegFrame> = {}): Promise<number> {
    const sequence = frame.sequence ?? this.#sequence;
    this.#sequence = sequence + 1;
    await this.#bus.publishJpeg(this.cameraId, this.rendition, {
      epoch: 1,
      sourceEpoch: 1,
      sequence,
      rtpTimeTicks: sequence * 3_000,
      arrivalTimeUs: Date.now() * 1_000,
      captureTimeUs: undefined,
      width: 1280,
      height: 720,
      decodeUs: 1_000,
      encodeUs: 1_000,
      reorderUs: 0,
      data: jpegOf(1_000),
      ...frame,
    });
    return sequence;
  }
}

/** SOI, filling, EOI: the gateway never looks inside. */
export function jpegOf(bytes: number): Uint8Array {
  const data = new Uint8Array(bytes).fill(0x55);
  data.set([0xff, 0xd8, 0xff], 0);
  data.set([0xff, 0xd9], bytes - 2);
  return data;
}
