import type { PacketSink } from '../transport/media-transport.ts';
import type { Ending } from './ending.ts';
import type { MediaArrivals } from './media-arrivals.ts';
import type { MediaStream } from './media-streams.ts';

/** Takes the packets of one stream from its transport to its receiver, until the attempt ends. */
export class PacketIntake implements PacketSink {
  readonly #stream: Pick<MediaStream, 'kind' | 'receiver'>;
  readonly #arrivals: MediaArrivals;
  readonly #ending: Ending;

  constructor(stream: Pick<MediaStream, 'kind' | 'receiver'>, arrivals: MediaArrivals, ending: Ending) {
    this.#stream = stream;
    this.#arrivals = arrivals;
    this.#ending = ending;
  }

  onRtp(packet: Uint8Array, arrivalTimeUs: number): void {
    if (this.#ending.isRequested) return;
    const { kind, receiver } = this.#stream;
    try {
      if (kind === 'video') this.#arrivals.onVideoPacket(arrivalTimeUs);
      else this.#arrivals.onOtherPacket(arrivalTimeUs);
      receiver.pushRtp(packet, arrivalTimeUs);
    } catch (error) {
      this.#ending.failByBug(error);
    }
  }

  onRtcp(packet: Uint8Array, arrivalTimeUs: number): void {
    if (this.#ending.isRequested) return;
    try {
      this.#arrivals.onOtherPacket(arrivalTimeUs);
      this.#stream.receiver.pushRtcp(packet, arrivalTimeUs);
    } catch (error) {
      this.#ending.failByBug(error);
    }
  }
}
