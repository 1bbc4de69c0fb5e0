import { toHex } from './hex.ts';
import { goodbye, receiverReport, senderReport, sourceDescription } from './rtcp-packet.ts';

describe('RTCP packets (RFC 3550 §6)', () => {
  it('sender report at half a second past the Unix epoch', () => {
    const report = senderReport({
      ssrc: 0x01020304,
      timeUs: 500_000,
      rtpTimestamp: 90_000,
      packetCount: 2,
      octetCount: 3,
    });
    expect(toHex(report)).toBe('80 c8 00 06 01 02 03 04 83 aa 7e 80 80 00 00 00 00 01 5f 90 00 00 00 02 00 00 00 03');
  });

  it('receiver report with a block that lost one of 256', () => {
    const block = { ssrc: 2, fractionLost: 1, cumulativeLost: -1, highestSequenceNumber: 0x0001ffff, jitterTicks: 4 };
    expect(toHex(receiverReport(1, [block]))).toBe(
      '81 c9 00 07 00 00 00 01 00 00 00 02 01 ff ff ff 00 01 ff ff 00 00 00 04 00 00 00 00 00 00 00 00',
    );
  });

  it.each([
    { cname: 'a', bytes: '81 ca 00 02 00 00 00 01 01 01 61 00' },
    { cname: 'ab', bytes: '81 ca 00 03 00 00 00 01 01 02 61 62 00 00 00 00' },
  ])('source description of $cname, ended by at least one zero byte', ({ cname, bytes }) => {
    expect(toHex(sourceDescription(1, cname))).toBe(bytes);
  });

  it('goodbye', () => {
    expect(toHex(goodbye(0xffffffff))).toBe('81 cb 00 01 ff ff ff ff');
  });
});
