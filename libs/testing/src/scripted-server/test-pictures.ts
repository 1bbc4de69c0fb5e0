/** Generates a camera's video as RTP packets, from coded pictures whose content does not matter. */
import { buildRtpPacket, packetizeH264 } from '@oriel/rtp';

/** Makes access units of one slice each, a keyframe first, 3600 ticks (40 ms) apart. */
export class TestPictures {
  sequenceNumber: number;
  timestamp: number;
  readonly ssrc: number;
  readonly payloadType: number;
  #count = 0;

  constructor({ sequenceNumber = 1, timestamp = 90_000, ssrc = 0x1122_3344, payloadType = 96 } = {}) {
    this.sequenceNumber = sequenceNumber;
    this.timestamp = timestamp;
    this.ssrc = ssrc;
    this.payloadType = payloadType;
  }

  /** RTP packets of the next picture. @param pictureBytes size of its NAL unit, header included */
  next(pictureBytes = 200): Buffer[] {
    const slice = Buffer.alloc(pictureBytes, 0x5a);
    slice.set(this.#count === 0 ? [0x65, 0x88] : [0x41, 0x9a]);
    this.#count++;
    this.timestamp = (this.timestamp + 3_600) >>> 0;
    const payloads = packetizeH264([slice]);
    return payloads.map((payload, index) =>
      buildRtpPacket({
        payload,
        payloadType: this.payloadType,
        ssrc: this.ssrc,
        timestamp: this.timestamp,
        sequenceNumber: this.sequenceNumber++ & 0xffff,
        marker: index === payloads.length - 1,
      }),
    );
  }
}
