import { hexToBytes, toHex } from '../testing-packets.ts';
import type { AudioFrame } from './audio-frame.ts';
import { G711Depacketizer, g711LawOf } from './g711-depacketizer.ts';

it.each([
  { payloadType: 0, encodingName: undefined, law: 'pcmu' },
  { payloadType: 8, encodingName: undefined, law: 'pcma' },
  { payloadType: 97, encodingName: 'PCMU', law: 'pcmu' },
  { payloadType: 0, encodingName: 'pcma', law: 'pcma' },
  { payloadType: 0, encodingName: 'MPEG4-GENERIC', law: undefined },
  { payloadType: 96, encodingName: undefined, law: undefined },
])('item 95: payload type $payloadType, rtpmap $encodingName is $law', ({ payloadType, encodingName, law }) => {
  expect(g711LawOf(payloadType, encodingName)).toBe(law);
});

it('item 95: any length is taken but none, a byte is a sample, and loss is carried on', () => {
  const frames: AudioFrame[] = [];
  const faults: string[] = [];
  const depacketizer = new G711Depacketizer({
    onFrame: (frame) => frames.push(frame),
    onFault: (reason) => faults.push(reason),
  });
  const push = (hex: string, rtpTimestamp: number, lost: number) => {
    const payload = hexToBytes(hex);
    depacketizer.push({ payload, rtpTimestamp, payloadType: 0, sequenceNumber: 0, ssrc: 0, marker: false }, lost, 5);
    payload.fill(0xee);
  };
  push('d5d5d5', 160, 0);
  push('', 320, 2);
  push('ff', 480, 1);
  expect(frames.map(({ data, ...rest }) => ({ ...rest, data: toHex(data) }))).toEqual([
    { data: 'd5d5d5', rtpTimestamp: 160, durationTicks: 3, arrivalTimeUs: 5, lostPacketsBefore: 0 },
    { data: 'ff', rtpTimestamp: 480, durationTicks: 1, arrivalTimeUs: 5, lostPacketsBefore: 3 },
  ]);
  expect(faults).toEqual(['payload-empty']);
});
