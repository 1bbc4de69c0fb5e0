import { fromHex, toHex } from '@oriel/simulation';
import { buildRtpPacket } from './build-rtp-packet.ts';

describe('buildRtpPacket (RFC 3550 §5.1)', () => {
  it.each([
    { name: 'nothing given', fields: {}, bytes: '80 60 00 00 00 00 00 00 00 00 00 00' },
    {
      name: 'marker, numbers at their top, payload',
      fields: {
        marker: true,
        sequenceNumber: 65_535,
        timestamp: 2 ** 32 - 1,
        ssrc: 0xdeadbeef,
        payload: fromHex('65 aa'),
      },
      bytes: '80 e0 ff ff ff ff ff ff de ad be ef 65 aa',
    },
    {
      name: 'sequence number that wraps',
      fields: { sequenceNumber: 65_537 },
      bytes: '80 60 00 01 00 00 00 00 00 00 00 00',
    },
    {
      name: 'CSRC, extension, padding',
      fields: {
        csrcs: [1],
        extension: { profile: 0xabac, data: fromHex('01 02 03 04') },
        paddingBytes: 3,
        payload: fromHex('ff'),
      },
      bytes: 'b1 60 00 00 00 00 00 00 00 00 00 00 00 00 00 01 ab ac 00 01 01 02 03 04 ff 00 00 03',
    },
  ])('$name', ({ fields, bytes }) => {
    expect(toHex(buildRtpPacket(fields))).toBe(bytes);
  });
});
