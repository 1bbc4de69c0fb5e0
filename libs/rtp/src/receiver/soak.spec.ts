/** A day of a camera's life, as fast as it goes. */

import { hexToBytes, PPS, rtpBytes, SPS, senderReportHex } from '../testing-packets.ts';
import { VideoReceiver } from './video-receiver.ts';

const HOURS = 24;
const FRAMES_PER_S = 2;
const PACKETS_PER_FRAME = 2;
const TICKS_PER_FRAME = 90_000 / FRAMES_PER_S;
const FRAME_US = 1e6 / FRAMES_PER_S;
const START_US = 1_700_000_000_000_000;
const NTP_AT_START_S = 3_908_988_800;
/** Shortly before a wrap. */
const FIRST_TIMESTAMP = 2 ** 32 - 450_000;

describe('soak', () => {
  it.each(['tcp', 'udp'] as const)(
    'item 100: 24 h of media over %s, across sequence, timestamp and sender report wraps, with flat memory',
    (transport) => {
      let frames = 0;
      let wrong = 0;
      let expected = { ticks: 0, captureTimeUs: 0 };
      const receiver = new VideoReceiver({
        codec: 'h264',
        clockRateHz: 90_000,
        payloadTypes: [96],
        parameterSets: [hexToBytes(SPS), hexToBytes(PPS)],
        transport,
        onAccessUnit: ({ rtpTimeTicks, captureTimeUs, lostPacketsBefore }) => {
          frames += 1;
          const captureErrorUs = Math.abs((captureTimeUs ?? 0) - expected.captureTimeUs);
          if (rtpTimeTicks !== expected.ticks || captureErrorUs > 1_000 || lostPacketsBefore !== 0) wrong += 1;
        },
        onEvent: () => {},
      });
      const first = Buffer.from(rtpBytes({ payload: '5c819aaabb' }));
      const last = Buffer.from(rtpBytes({ payload: '5c41ccdd', marker: true }));
      const send = (packet: Buffer, sequenceNumber: number, timestamp: number, nowUs: number) => {
        packet.writeUInt16BE(sequenceNumber & 0xffff, 2);
        packet.writeUInt32BE(timestamp, 4);
        receiver.pushRtp(packet, nowUs);
      };
      const heldBytes = new Set<number>();
      const total = HOURS * 3_600 * FRAMES_PER_S;
      for (let frame = 0; frame < total; frame++) {
        const nowUs = START_US + frame * FRAME_US;
        const ticks = FIRST_TIMESTAMP + frame * TICKS_PER_FRAME;
        const timestamp = ticks % 2 ** 32;
        expected = { ticks, captureTimeUs: nowUs };
        if (frame % (5 * FRAMES_PER_S) === 0) {
          const ntpSeconds = NTP_AT_START_S + frame / FRAMES_PER_S;
          receiver.pushRtcp(hexToBytes(senderReportHex({ ntpSeconds, rtpTimestamp: timestamp })), nowUs);
          receiver.receiverReport(nowUs);
          receiver.tick(nowUs);
          heldBytes.add(receiver.stats().heldBytes);
        }
        const sequenceNumber = frame * PACKETS_PER_FRAME;
        // Over UDP every hundredth pair comes swapped and one comes twice.
        const isSwapped = transport === 'udp' && frame > 0 && frame % 100 === 0;
        if (isSwapped) send(last, sequenceNumber + 1, timestamp, nowUs);
        send(first, sequenceNumber, timestamp, nowUs);
        if (isSwapped) send(first, sequenceNumber, timestamp, nowUs);
        else send(last, sequenceNumber + 1, timestamp, nowUs);
      }
      expect({ frames, wrong }).toEqual({ frames: total, wrong: 0 });
      expect([...heldBytes]).toHaveLength(1);
      const { lostPackets, discontinuities, faults } = receiver.stats();
      expect({ lostPackets, discontinuities, faults }).toEqual({ lostPackets: 0, discontinuities: 0, faults: {} });
      const report = Buffer.from(receiver.receiverReport(START_US));
      expect(report.readUInt32BE(16)).toBe(total * PACKETS_PER_FRAME - 1);
    },
    300_000,
  );
});
