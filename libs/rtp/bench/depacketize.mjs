/**
 * How fast RTP becomes access units on one core: FU-A packets of 1400 bytes, parsed, checked for order, searched for start
 * codes, assembled and copied out. Build first, then: node libs/rtp/bench/depacketize.mjs [seconds]
 */
import { VideoReceiver } from '../dist/receiver/video-receiver.js';

const PAYLOAD_BYTES = 1400;
const FRAGMENTS_PER_PICTURE = 30;
const PICTURES = 60;
const SPS = '6764001eacd940a02ff97011000003000100000300320f162d96';
const PPS = '68ebe3cb22c0';

const seconds = Number(process.argv[2] ?? 3);
copyOnly(seconds);
for (const transport of ['tcp', 'udp']) run(transport, seconds);

/** The least that can be done with the packets: one copy each, one allocation and copy an access unit. Tells how fast the machine is just now. */
function copyOnly(seconds) {
  const packets = gop();
  const staging = new Uint8Array(FRAGMENTS_PER_PICTURE * PAYLOAD_BYTES);
  let length = 0;
  const round = () => {
    for (const packet of packets) {
      staging.set(packet.subarray(14), length);
      length += packet.length - 14;
      if ((packet[1] & 0x80) === 0) continue;
      const size = length;
      new Uint8Array(Buffer.allocUnsafeSlow(size).buffer, 0, size).set(staging.subarray(0, size));
      length = 0;
    }
  };
  const { rounds, cpuS, elapsedS } = measure(round, seconds);
  const gib = (rounds * packets.length * PAYLOAD_BYTES) / 2 ** 30;
  console.log(`copy only: ${(gib / elapsedS).toFixed(2)} GiB/s; per CPU second ${(gib / cpuS).toFixed(2)} GiB`);
}

function measure(round, seconds) {
  for (let i = 0; i < 50; i++) round();
  const start = process.hrtime.bigint();
  const cpuStart = process.cpuUsage();
  let rounds = 0;
  while (process.hrtime.bigint() - start < BigInt(seconds) * 1_000_000_000n) {
    round();
    rounds += 1;
  }
  const cpu = process.cpuUsage(cpuStart);
  return { rounds, cpuS: (cpu.user + cpu.system) / 1e6, elapsedS: Number(process.hrtime.bigint() - start) / 1e9 };
}

function run(transport, seconds) {
  const packets = gop();
  let accessUnits = 0;
  const receiver = new VideoReceiver({
    codec: 'h264',
    clockRateHz: 90_000,
    payloadTypes: [96],
    parameterSets: [Buffer.from(SPS, 'hex'), Buffer.from(PPS, 'hex')],
    transport,
    onAccessUnit: () => {
      accessUnits += 1;
    },
    onEvent: () => {},
  });
  let sequenceNumber = 0;
  let rtpTimestamp = 0;
  let nowUs = 1.7e15;
  const round = () => {
    for (const packet of packets) {
      packet.writeUInt16BE(sequenceNumber, 2);
      packet.writeUInt32BE(rtpTimestamp, 4);
      sequenceNumber = (sequenceNumber + 1) & 0xffff;
      if ((packet[1] & 0x80) !== 0) {
        rtpTimestamp = (rtpTimestamp + 3_000) >>> 0;
        nowUs += 33_333;
      }
      receiver.pushRtp(packet, nowUs);
    }
  };
  const { rounds, cpuS, elapsedS } = measure(round, seconds);
  const packetCount = rounds * packets.length;
  const gib = (packetCount * PAYLOAD_BYTES) / 2 ** 30;
  console.log(
    `${transport}: ${(gib / elapsedS).toFixed(2)} GiB/s, ${(packetCount / elapsedS / 1e6).toFixed(2)} M packets/s, ` +
      `${((elapsedS / packetCount) * 1e9).toFixed(0)} ns a packet; per CPU second ${(gib / cpuS).toFixed(2)} GiB; ${accessUnits} access units, ` +
      `${receiver.stats().lostPackets} lost`,
  );
}

/** One keyframe and then other pictures, each of the same size. */
function gop() {
  const packets = [];
  let state = 1;
  for (let picture = 0; picture < PICTURES; picture++) {
    for (let fragment = 0; fragment < FRAGMENTS_PER_PICTURE; fragment++) {
      const isFirst = fragment === 0;
      const isLast = fragment === FRAGMENTS_PER_PICTURE - 1;
      const packet = Buffer.alloc(12 + PAYLOAD_BYTES);
      packet.set([0x80, (isLast ? 0x80 : 0) | 96]);
      packet.writeUInt32BE(0x11223344, 8);
      packet.set([0x7c, (isFirst ? 0x80 : 0) | (isLast ? 0x40 : 0) | (picture === 0 ? 5 : 1)], 12);
      for (let i = 14; i < packet.length; i++) {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
        packet[i] = (state >>> 16) & 0xff;
      }
      removeStartCodes(packet);
      if (isFirst) packet[14] = 0x88;
      if (isLast) packet[packet.length - 1] = 0x80;
      packets.push(packet);
    }
  }
  return packets;
}

/** Entropy-coded data has none. */
function removeStartCodes(packet) {
  for (let i = 14; i < packet.length - 2; i++) {
    if (packet[i] === 0 && packet[i + 1] === 0) packet[i + 1] = 0x55;
  }
}
