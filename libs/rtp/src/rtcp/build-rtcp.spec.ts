import { hexToBytes, toHex } from '../testing-packets.ts';
import { buildBye, buildReceiverReport, buildSenderReport, buildSourceDescription, joinRtcp } from './build-rtcp.ts';
import { parseRtcp } from './rtcp-packet.ts';

const plain = (hex: string) => toHex(hexToBytes(hex));

it('sender report at half a second past the Unix epoch (RFC 3550 §6.4.1)', () => {
  const fields = { ssrc: 0x01020304, timeUs: 500_000, rtpTimestamp: 90_000, packetCount: 2, octetCount: 2 ** 32 + 3 };
  expect(toHex(buildSenderReport(fields))).toBe(
    plain('80c80006 01020304 83aa7e80 80000000 00015f90 00000002 00000003'),
  );
});

it('item 62: receiver report with what was lost, signed (§6.4.2)', () => {
  const block = {
    ssrc: 0x11223344,
    fractionLost: 64,
    cumulativeLost: -1,
    extendedHighestSequence: 0x0001_0005,
    jitterTicks: 90,
    lastSenderReport: 0x2a00_8000,
    delaySinceLastSenderReport: 65_536,
  };
  expect(toHex(buildReceiverReport(0xaabbccdd, block))).toBe(
    plain('81c90007 aabbccdd 11223344 40ffffff 00010005 0000005a 2a008000 00010000'),
  );
});

it('item 62: an empty report before the first packet', () => {
  expect(toHex(buildReceiverReport(0xaabbccdd, undefined))).toBe(plain('80c90001 aabbccdd'));
});

it.each([
  { cname: 'a', hex: '81ca0002 00000001 01016100' },
  { cname: 'ab', hex: '81ca0003 00000001 01026162 00000000' },
  { cname: 'oriel', hex: '81ca0003 00000001 01056f72 69656c00' },
])('item 62: source description of $cname, ended by at least one zero byte (§6.5)', ({ cname, hex }) => {
  expect(toHex(buildSourceDescription({ ssrc: 1, cname }))).toBe(plain(hex));
});

it('item 62: BYE at the end of a compound packet (§6.6)', () => {
  const identity = { ssrc: 0xaabbccdd, cname: 'oriel' };
  const compound = joinRtcp(
    buildReceiverReport(identity.ssrc, undefined),
    buildSourceDescription(identity),
    buildBye(identity.ssrc),
  );
  expect(toHex(compound)).toBe('80c90001aabbccdd81ca0003aabbccdd01056f7269656c0081cb0001aabbccdd');
  expect(parseRtcp(compound).packets.map(({ type }) => type)).toEqual(['receiver-report', 'source-description', 'bye']);
});
