/** Packets of pictures and sound into receivers. */
import { joinAnnexB, nalUnitsOfAnnexB } from '@oriel/codecs';
import { AudioReceiver, packetizeH264, parseRtcp, parseRtpPacket, RECEIVER_LIMITS, VideoReceiver } from '@oriel/rtp';
import { check } from './case.mjs';
import * as corpus from './corpus.mjs';

/** A receiver and counters that a hostile camera may do anything with. */
class Camera {
  accessUnits = [];
  sequenceNumber = 100;
  timestamp = 900_000;
  nowUs = 1.7e15;

  constructor(createReceiver) {
    this.receiver = createReceiver((accessUnit) => this.accessUnits.push(accessUnit));
  }

  send(payload, { marker = false, payloadType = 96, ssrc = 1 } = {}) {
    const packet = Buffer.allocUnsafe(12 + payload.length);
    packet[0] = 0x80;
    packet[1] = (marker ? 0x80 : 0) | payloadType;
    packet.writeUInt16BE(this.sequenceNumber & 0xffff, 2);
    packet.writeUInt32BE(this.timestamp >>> 0, 4);
    packet.writeUInt32BE(ssrc, 8);
    packet.set(payload, 12);
    this.receiver.pushRtp(packet, this.nowUs);
    // As a socket's buffer would be.
    packet.fill(0xee);
    this.sequenceNumber += 1;
  }

  /** Time, loss, markers and sources as chance has them. */
  sendAnything(random, payload) {
    if (random.chance(6)) this.sequenceNumber += random.below(21) - 10;
    if (random.chance(2)) this.timestamp += random.chance(10) ? random.u32() : 3_000;
    this.nowUs += random.pick([0, 100, 40_000, 3_000_000]);
    this.send(payload, { marker: random.chance(2), ssrc: random.chance(30) ? 2 : 1 });
    if (random.chance(8)) this.receiver.tick(this.nowUs);
    if (random.chance(20)) this.receiver.pushRtcp(random.mutate(corpus.RTCP), this.nowUs);
  }
}

const LIMITS = { ...RECEIVER_LIMITS, accessUnitBytes: 4_000, nalUnitsPerAccessUnit: 20, reorderPackets: 8 };
const SETS = { h264: [corpus.H264_SPS[0], corpus.H264_PPS[0]], h265: corpus.H265_SETS.slice(0, 3) };
const KEYFRAME = { h264: Buffer.from('6588ab', 'hex'), h265: Buffer.from('2801af1d', 'hex') };
const FIRST_BYTES = {
  h264: [0x41, 0x65, 0x67, 0x68, 0x06, 0x09, 0x0c, 0x78, 0x7c, 0x5c, 0x1d, 0x00],
  h265: [0x02, 0x26, 0x28, 0x40, 0x42, 0x44, 0x4e, 0x60, 0x62, 0x64],
};
const SECOND_BYTES = [0x01, 0x81, 0x85, 0x41, 0x45, 0xc1, 0x93, 0x53];

const videoReceiver = (codec, transport, onAccessUnit) =>
  new VideoReceiver(
    {
      codec,
      clockRateHz: 90_000,
      payloadTypes: [96],
      parameterSets: SETS[codec],
      transport,
      onAccessUnit,
      onEvent: () => undefined,
      rtcpIdentity: { ssrc: 9, cname: 'fuzz' },
    },
    LIMITS,
  );

export function depacketizeVideo(codec) {
  return (random) => {
    const camera = new Camera((onAccessUnit) => videoReceiver(codec, random.pick(['tcp', 'udp']), onAccessUnit));
    for (let count = random.below(24); count > 0; count--) {
      const head = [random.pick(FIRST_BYTES[codec]), random.pick(SECOND_BYTES)];
      const body = random.chance(4) ? random.mutate([...corpus.H264_SPS, ...corpus.H265_SETS]) : random.bytes(40);
      const payload = random.chance(10) ? random.bytes(200) : Buffer.concat([Buffer.from(head), body]);
      camera.sendAnything(random, payload);
    }
    camera.receiver.flush();
    check(!camera.accessUnits.slice(0, -1).some(({ isDamaged }) => isDamaged), 'damaged and delivered');
    check(camera.receiver.stats().heldBytes < 128 * 1024, 'held bytes');
    const delivered = camera.accessUnits.length;
    camera.timestamp = 5;
    camera.send(KEYFRAME[codec], { marker: true, ssrc: 3 });
    check(camera.accessUnits.length === delivered + 1, 'the next picture comes');
    for (const { data } of camera.accessUnits) {
      check(data.length <= LIMITS.accessUnitBytes + 65_536, 'size of an access unit');
      check(Buffer.compare(data, joinAnnexB(nalUnitsOfAnnexB(data))) === 0, 'well-formed Annex B');
    }
    const last = nalUnitsOfAnnexB(camera.accessUnits.at(-1).data).at(-1);
    check(Buffer.compare(last, KEYFRAME[codec]) === 0, 'the next picture is clean');
  };
}

export function depacketizeAudio(random) {
  const codec = random.pick(['aac', 'aac', 'pcmu']);
  const camera = new Camera(
    (onAudio) =>
      new AudioReceiver({
        codec,
        clockRateHz: 16_000,
        channels: 1,
        config: undefined,
        framing: random.chance(2)
          ? {}
          : {
              sizeLengthBits: random.below(17),
              indexLengthBits: random.below(9),
              indexDeltaLengthBits: random.below(9),
              samplesPerFrame: random.pick([960, 1_024]),
            },
        payloadTypes: [96],
        transport: random.pick(['tcp', 'udp']),
        onAudio,
        onEvent: () => undefined,
        rtcpIdentity: { ssrc: 9, cname: 'fuzz' },
      }),
  );
  const seeds = ['00100018aabbcc', '003000080010 0008aabbccdd', '0010 0028aabb', 'fff15080013ffcaabb'].map((digits) =>
    Buffer.from(digits.replaceAll(' ', ''), 'hex'),
  );
  for (let count = random.below(24); count > 0; count--) camera.sendAnything(random, random.mutate(seeds, 1_500));
  camera.receiver.flush();
  check(
    camera.accessUnits.every(({ data }) => data.length > 0 && data.length <= 8_192),
    'size of a sound',
  );
}

/** Packets in, the same NAL units out. */
export function roundTripH264(random) {
  const nalUnits = Array.from({ length: 1 + random.below(5) }, (_, index) => {
    const bytes = random.bytes(random.chance(20) ? 3_000 : 60).map((byte) => byte | 0x04);
    return Buffer.concat([Buffer.of(index === 0 ? 0x65 : 0x41, index === 0 ? 0x88 : 0x57), bytes, Buffer.of(0x80)]);
  });
  const options = { maxPayloadBytes: 20 + random.below(1_400), aggregate: random.chance(2) };
  const camera = new Camera((onAccessUnit) => videoReceiver('h264', random.pick(['tcp', 'udp']), onAccessUnit));
  const payloads = packetizeH264(nalUnits, options);
  for (const [index, payload] of payloads.entries()) camera.send(payload, { marker: index === payloads.length - 1 });
  const isTooLarge = nalUnits.reduce((sum, { length }) => sum + length + 4, 0) > LIMITS.accessUnitBytes;
  if (isTooLarge) return;
  check(camera.accessUnits.length === 1, 'one access unit');
  const out = nalUnitsOfAnnexB(camera.accessUnits[0].data).slice(-nalUnits.length);
  check(Buffer.compare(joinAnnexB(out), joinAnnexB(nalUnits)) === 0, 'the NAL units that went in');
}

export function packets(random) {
  const bytes = random.chance(3) ? random.bytes(80) : random.mutate(corpus.RTCP, 200);
  const { packets: read } = parseRtcp(bytes);
  check(read.length <= bytes.length / 4, 'packets in a compound');
  parseRtpPacket(bytes);
}
