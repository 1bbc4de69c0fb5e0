import { parseMethodList } from './method-list-header.ts';
import { parseRetryAfter } from './retry-after-header.ts';
import { parseRtpInfoHeader } from './rtp-info-header.ts';
import { parseSessionHeader } from './session-header.ts';
import { parseTransportHeader } from './transport-header.ts';

describe('item 55, device 25: Transport', () => {
  it.each([
    {
      name: 'blanks after ;',
      value: 'RTP/AVP/TCP; unicast; interleaved=0-1',
      expected: { lowerTransport: 'tcp', interleaved: [0, 1] },
    },
    {
      name: 'quoted values (Hikvision)',
      value: 'RTP/AVP/TCP;unicast;interleaved="0-1";mode="play"',
      expected: { interleaved: [0, 1] },
    },
    {
      name: 'ssrc with a leading blank and seven digits (retina#128)',
      value: 'RTP/AVP/TCP;interleaved=0-1;ssrc= 4ccb123',
      expected: { ssrc: 0x4ccb123 },
    },
    {
      name: 'ssrc with 0x (retina PR#138)',
      value: 'RTP/AVP/TCP;interleaved=0-1;ssrc=0x6f7c',
      expected: { ssrc: 0x6f7c },
    },
    { name: 'ssrc too long', value: 'RTP/AVP/TCP;interleaved=0-1;ssrc=123456789', expected: { ssrc: undefined } },
    {
      name: 'ssrc not hexadecimal (mediamtx#1118)',
      value: 'RTP/AVP/TCP;interleaved=0-1;ssrc=(null)',
      expected: { ssrc: undefined, interleaved: [0, 1] },
    },
    { name: 'ssrc=0 (h264dvr)', value: 'RTP/AVP/TCP;interleaved=0-1;ssrc=0', expected: { ssrc: undefined } },
    {
      name: 'upper-case ssrc (Dahua)',
      value: 'RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=30A98EE7',
      expected: { ssrc: 0x30a98ee7 },
    },
    {
      name: 'comma between parameters (Victure PC730, mediamtx#762)',
      value: 'RTP/AVP;unicast;client_port=1-2;server_port=40000-40001,ssrc=1122',
      expected: { serverPorts: [40000, 40001], ssrc: 0x1122 },
    },
    {
      name: 'server_port=0-1 (mediamtx#396)',
      value: 'RTP/AVP;unicast;server_port=0-1',
      expected: { lowerTransport: 'udp', serverPorts: undefined },
    },
    { name: 'server_port=0', value: 'RTP/AVP;unicast;server_port=0', expected: { serverPorts: undefined } },
    { name: 'server_port missing', value: 'RTP/AVP;unicast', expected: { serverPorts: undefined } },
    { name: 'server_port single', value: 'RTP/AVP;unicast;server_port=5000', expected: { serverPorts: [5000, 5001] } },
    { name: 'interleaved single', value: 'RTP/AVP/TCP;interleaved=0', expected: { interleaved: [0, 1] } },
    {
      name: 'interleaved absent (luckfox order, no unicast)',
      value: 'RTP/AVP/TCP;ssrc=11223344',
      expected: { lowerTransport: 'tcp', interleaved: undefined },
    },
    {
      name: 'ssrc before interleaved (luckfox rkipc, retina#120)',
      value: 'RTP/AVP/TCP;ssrc=11223344;interleaved=2-3',
      expected: { interleaved: [2, 3], ssrc: 0x11223344 },
    },
    { name: 'odd first channel', value: 'RTP/AVP/TCP;interleaved=1-2', expected: { interleaved: [1, 2] } },
    {
      name: 'interleaved without TCP (Escam Q6)',
      value: 'RTP/AVP;unicast;interleaved=0-1',
      expected: { lowerTransport: 'tcp' },
    },
    {
      name: 'RTP/AVP/UDP (Panasonic)',
      value: 'RTP/AVP/UDP;unicast;server_port=5000-5001',
      expected: { lowerTransport: 'udp', serverPorts: [5000, 5001] },
    },
    {
      name: 'source as a name',
      value: 'RTP/AVP;unicast;source=cam.lan;server_port=5000-5001',
      expected: { source: 'cam.lan' },
    },
    {
      name: 'several transports: the first',
      value: 'RTP/AVP/TCP;unicast;interleaved=0-1,RTP/AVP;unicast;client_port=5-6',
      expected: { lowerTransport: 'tcp', interleaved: [0, 1] },
    },
    {
      name: 'multicast',
      value: 'RTP/AVP;multicast;destination=239.1.1.1;port=5000-5001;ttl=5',
      expected: { isMulticast: true, destination: '239.1.1.1', ports: [5000, 5001] },
    },
    { name: 'nothing', value: '', expected: { lowerTransport: 'udp', interleaved: undefined } },
  ])('$name', ({ value, expected }) => {
    expect(parseTransportHeader(value)).toMatchObject(expected);
  });
});

describe('item 5: Session', () => {
  it.each([
    { name: 'id alone', value: '12345678', expected: { id: '12345678', timeoutS: undefined } },
    {
      name: 'blanks before the value (Hikvision)',
      value: '      1190933461;timeout=60',
      expected: { id: '1190933461', timeoutS: 60 },
    },
    {
      name: 'a blank before timeout (GW Security)',
      value: '9B2E; timeout=120',
      expected: { id: '9B2E', timeoutS: 120 },
    },
    { name: 'timeout=15 (Tapo)', value: 'A;timeout=15', expected: { id: 'A', timeoutS: 15 } },
    { name: 'trailing ;', value: 'A;timeout=60;', expected: { id: 'A', timeoutS: 60 } },
    { name: 'unknown parameters', value: 'A;x=1;timeout=60;y', expected: { id: 'A', timeoutS: 60 } },
    { name: 'timeout=0', value: 'A;timeout=0', expected: { id: 'A', timeoutS: undefined } },
    { name: 'timeout in words', value: 'A;timeout=soon', expected: { id: 'A', timeoutS: undefined } },
    { name: 'text after timeout', value: 'A;timeout=60 seconds', expected: { id: 'A', timeoutS: 60 } },
    { name: 'timeout=1 is held to 5 s', value: 'A;timeout=1', expected: { id: 'A', timeoutS: 5 } },
    { name: 'a day is held to an hour', value: 'A;timeout=86400', expected: { id: 'A', timeoutS: 3600 } },
    { name: 'no id', value: ';timeout=60', expected: undefined },
  ])('$name', ({ value, expected }) => {
    expect(parseSessionHeader(value)).toEqual(expected);
  });
});

describe('item 56, device 24: RTP-Info', () => {
  it.each([
    {
      name: 'two streams, relative and absolute (Wowza)',
      value: 'url=trackID=1;seq=1;rtptime=2,url=rtsp://h/s/trackID=2;seq=3;rtptime=4',
      expected: [
        ['trackID=1', 1, 2],
        ['rtsp://h/s/trackID=2', 3, 4],
      ],
    },
    {
      name: 'rtptime=-1 (OMNY, moonfire#224)',
      value: 'url=rtsp://h/s;seq=7;rtptime=-1',
      expected: [['rtsp://h/s', 7, undefined]],
    },
    {
      name: 'trailing ; and zeros (Laureii)',
      value: 'url=rtsp://h/s;seq=0;rtptime=0;',
      expected: [['rtsp://h/s', 0, 0]],
    },
    { name: 'empty', value: '', expected: [] },
    { name: 'without url', value: 'seq=1;rtptime=2', expected: [] },
    { name: 'empty rtptime', value: 'url=rtsp://h/s;seq=1;rtptime=', expected: [['rtsp://h/s', 1, undefined]] },
    { name: 'seq beyond 16 bits', value: 'url=rtsp://h/s;seq=70000', expected: [['rtsp://h/s', undefined, undefined]] },
  ])('$name', ({ value, expected }) => {
    expect(
      parseRtpInfoHeader(value).map(({ url, sequenceNumber, rtpTimestamp }) => [url, sequenceNumber, rtpTimestamp]),
    ).toEqual(expected);
  });
});

describe('Public', () => {
  it.each([
    { values: ['OPTIONS, DESCRIBE'], methods: ['OPTIONS', 'DESCRIBE'] },
    { values: ['OPTIONS', 'get_parameter'], methods: ['OPTIONS', 'GET_PARAMETER'] },
    { values: ['OPTIONS DESCRIBE'], methods: ['OPTIONS', 'DESCRIBE'] },
    { values: [''], methods: [] },
  ])('$values', ({ values, methods }) => {
    expect([...parseMethodList(values)]).toEqual(methods);
  });
});

describe('Retry-After', () => {
  const nowMs = Date.parse('2026-01-01T00:00:00Z');
  it.each([
    { value: undefined, waitMs: undefined },
    { value: '30', waitMs: 30_000 },
    { value: 'Thu, 01 Jan 2026 00:01:00 GMT', waitMs: 60_000 },
    { value: 'Wed, 31 Dec 2025 00:00:00 GMT', waitMs: 0 },
    { value: '999999', waitMs: 600_000 },
    { value: 'later', waitMs: undefined },
  ])('$value', ({ value, waitMs }) => {
    expect(parseRetryAfter(value, nowMs)).toBe(waitMs);
  });
});
