import { parseTransport } from './transport-header.ts';

describe('parseTransport (RFC 2326 §12.39)', () => {
  it.each([
    { header: 'RTP/AVP/TCP;unicast;interleaved=2-3', transport: { type: 'tcp', rtpChannel: 2, rtcpChannel: 3 } },
    { header: 'RTP/AVP/TCP;unicast', transport: { type: 'tcp', rtpChannel: 4, rtcpChannel: 5 } },
    { header: 'RTP/AVP;unicast;client_port=5000-5001', transport: { type: 'udp', rtpPort: 5000, rtcpPort: 5001 } },
    { header: 'RTP/AVP/UDP;unicast;client_port=5000', transport: { type: 'udp', rtpPort: 5000, rtcpPort: 5001 } },
    {
      header: 'RTP/AVP;multicast,RTP/AVP/TCP;interleaved=0-1',
      transport: { type: 'tcp', rtpChannel: 0, rtcpChannel: 1 },
    },
    { header: 'RTP/AVP;multicast', transport: undefined },
    { header: 'RTP/AVP;unicast', transport: undefined },
    { header: 'RTP/AVP;unicast;client_port=70000-70001', transport: undefined },
    { header: 'RTP/AVP/TCP;interleaved=300-301', transport: undefined },
    { header: '', transport: undefined },
  ])('$header', ({ header, transport }) => {
    expect(parseTransport(header, 4)).toEqual(transport);
  });
});
