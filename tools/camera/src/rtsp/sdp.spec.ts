import { fromHex } from '@oriel/simulation';
import { describeStream, type SdpVariant } from './sdp.ts';

const h264 = { codec: 'h264', framerate: 25, parameterSets: [fromHex('67 42 c0 1f aa'), fromHex('68 ce')] } as const;
const h265 = {
  codec: 'h265',
  framerate: 25,
  parameterSets: [fromHex('40 01'), fromHex('42 01'), fromHex('44 01')],
} as const;

const describeAs = (variant: SdpVariant, source: typeof h264 | typeof h265 = h264) =>
  describeStream({
    source: { ...source, width: 640, height: 360, start: async () => undefined, stop: async () => undefined },
    name: 'Yard',
    host: '10.0.0.1',
    baseUrl: 'rtsp://10.0.0.1:8554/cam1/',
    bitrateBps: 4_000_000,
    payloadType: 96,
    variant,
  });

describe('describeStream', () => {
  it('normal H.264 (RFC 4566, RFC 6184 §8.2.1)', () => {
    expect(describeAs('normal').split('\r\n')).toEqual([
      'v=0',
      'o=- 1 1 IN IP4 10.0.0.1',
      's=Yard',
      'c=IN IP4 0.0.0.0',
      't=0 0',
      'a=control:*',
      'a=range:npt=now-',
      'm=video 0 RTP/AVP 96',
      'b=AS:4000',
      'a=rtpmap:96 H264/90000',
      'a=fmtp:96 packetization-mode=1; profile-level-id=42C01F; sprop-parameter-sets=Z0LAH6o=,aM4=',
      'a=framerate:25',
      'a=control:trackID=1',
      '',
    ]);
  });

  it('H.265 (RFC 7798 §7.1)', () => {
    expect(describeAs('normal', h265)).toContain('a=fmtp:96 sprop-vps=QAE=; sprop-sps=QgE=; sprop-pps=RAE=\r\n');
  });

  it.each([
    { variant: 'no-sprop', has: 'a=fmtp:96 packetization-mode=1; profile-level-id=42C01F\r\n', lacks: 'sprop' },
    { variant: 'bad-sprop', has: 'sprop-parameter-sets=AAAA,!!', lacks: 'Z0LAH6o' },
    { variant: 'no-packetization-mode', has: 'profile-level-id', lacks: 'packetization-mode' },
    { variant: 'absolute-control', has: 'a=control:rtsp://10.0.0.1:8554/cam1/trackID=1', lacks: 'a=control:trackID' },
    {
      variant: 'private-address-control',
      has: 'a=control:rtsp://192.168.254.254:554/cam1/trackID=1',
      lacks: 'a=control:trackID',
    },
    { variant: 'no-control', has: 'm=video', lacks: 'trackID' },
    { variant: 'broken-lines', has: 't=\n', lacks: '\r' },
    { variant: 'audio-first', has: 'a=control:trackID=2\r\nm=video', lacks: 'html' },
    { variant: 'no-video', has: 'm=audio', lacks: 'm=video' },
    { variant: 'not-sdp', has: '<html>', lacks: 'v=0' },
  ] as const)('$variant', ({ variant, has, lacks }) => {
    expect(describeAs(variant)).toContain(has);
    expect(describeAs(variant)).not.toContain(lacks);
  });
});
