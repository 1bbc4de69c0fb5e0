import { hexToBytes } from '../testing-packets.ts';
import { parseRtcp } from './rtcp-packet.ts';

const SENDER_REPORT = '80c80006 11223344 e8fd2a00 80000000 00015f90 00000064 00010000';

describe('parseRtcp', () => {
  it.each([
    {
      name: 'sender report',
      hex: SENDER_REPORT,
      packets: [
        {
          type: 'sender-report',
          ssrc: 0x11223344,
          ntp: { seconds: 0xe8fd2a00, fraction: 0x8000_0000 },
          rtpTimestamp: 90_000,
          packetCount: 100,
          octetCount: 65_536,
        },
      ],
    },
    {
      name: 'sender report, SDES and BYE in one',
      hex: `${SENDER_REPORT} 81ca0003 11223344 0103 63616d 000000 81cb0001 11223344`,
      packets: [
        { type: 'sender-report', ssrc: 0x11223344 },
        { type: 'source-description', ssrc: 0x11223344, cname: 'cam' },
        { type: 'bye', ssrcs: [0x11223344] },
      ],
    },
    {
      name: 'SDES without the item that ends it (Hanwha, mediamtx#5355; device 37)',
      hex: '81ca0003 11223344 0106 63616d657261',
      packets: [{ type: 'source-description', ssrc: 0x11223344, cname: 'camera' }],
    },
    {
      name: 'SDES whose item runs past the end',
      hex: '81ca0002 11223344 01ff6361',
      packets: [{ type: 'source-description', ssrc: 0x11223344, cname: undefined }],
    },
    {
      name: 'the empty receiver report of a hole punch',
      hex: '80c90001 00000000',
      packets: [{ type: 'receiver-report', ssrc: 0 }],
    },
    { name: 'an unknown type', hex: '80cf0001 11223344', packets: [{ type: 'other', packetType: 207 }] },
  ])('item 65: reads $name', ({ hex, packets }) => {
    expect(parseRtcp(hexToBytes(hex))).toMatchObject({ packets, fault: undefined });
  });

  it.each([
    { name: 'nothing', hex: '', fault: 'rtcp-too-short', kept: 0 },
    { name: 'two bytes', hex: '80c8', fault: 'rtcp-too-short', kept: 0 },
    { name: 'version 0', hex: '00c80006', fault: 'rtcp-bad-version', kept: 0 },
    { name: 'a length past the end', hex: '80c80006 11223344', fault: 'rtcp-past-end', kept: 0 },
    { name: 'a sender report of one word', hex: '80c80001 11223344', fault: 'rtcp-cut', kept: 0 },
    { name: 'a BYE of more sources than bytes', hex: '9fcb0001 11223344', fault: 'rtcp-cut', kept: 0 },
    { name: 'rubbish behind a sender report', hex: `${SENDER_REPORT} ffffffff`, fault: 'rtcp-bad-version', kept: 1 },
  ])('item 65: keeps what stands before $name', ({ hex, fault, kept }) => {
    const compound = parseRtcp(hexToBytes(hex));
    expect(compound.fault).toBe(fault);
    expect(compound.packets).toHaveLength(kept);
  });
});
