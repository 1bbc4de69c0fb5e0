import { chooseAudio } from './choose-audio.ts';
import { parseSessionDescription } from './session-description.ts';

const AAC = 'streamtype=5;profile-level-id=15;mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3';
const chosen = (...lines: string[]) => {
  const track = chooseAudio(parseSessionDescription(Buffer.from(['v=0', ...lines].join('\r\n'))));
  return (
    track && {
      codec: track.codec,
      payloadTypes: track.payloadTypes,
      clockRateHz: track.clockRateHz,
      channels: track.channels,
      config: track.config && Buffer.from(track.config).toString('hex'),
    }
  );
};

describe('item 94: AAC in the description', () => {
  it.each([
    {
      name: 'config of AAC-LC, 16 kHz mono (Hikvision)',
      lines: ['m=audio 0 RTP/AVP 104', 'a=rtpmap:104 mpeg4-generic/16000/1', `a=fmtp:104 ${AAC};config=1408`],
      expected: { clockRateHz: 16_000, channels: 1, config: '1408' },
    },
    {
      name: 'a clock in rtpmap that the config contradicts',
      lines: ['m=audio 0 RTP/AVP 97', 'a=rtpmap:97 MPEG4-GENERIC/48000/2', `a=fmtp:97 ${AAC};config=1188`],
      expected: { clockRateHz: 48_000, channels: 1, config: '1188' },
    },
    {
      name: 'no config: built from clock and channels',
      lines: ['m=audio 0 RTP/AVP 97', 'a=rtpmap:97 MPEG4-GENERIC/44100/2', `a=fmtp:97 ${AAC}`],
      expected: { clockRateHz: 44_100, channels: 2, config: '1210' },
    },
    {
      name: 'mode in another spelling (AAC_hbr, mediamtx#4183; device 45)',
      lines: ['m=audio 0 RTP/AVP 97', 'a=rtpmap:97 MPEG4-GENERIC/8000', 'a=fmtp:97 mode=AAC_hbr;config=1588'],
      expected: { clockRateHz: 8_000, channels: 1, config: '1588' },
    },
  ])('$name', ({ lines, expected }) => {
    expect(chosen(...lines)).toMatchObject({ codec: 'aac', ...expected });
  });

  it('field lengths, and nonsense in their place', () => {
    const fmtp = 'a=fmtp:97 mode=AAC-lbr;config=1588;sizelength=6;indexlength=2;indexdeltalength=-1';
    const sdp = ['m=audio 0 RTP/AVP 97', 'a=rtpmap:97 MPEG4-GENERIC/8000', fmtp].join('\r\n');
    expect(chooseAudio(parseSessionDescription(Buffer.from(sdp)))?.framing).toEqual({
      sizeLengthBits: 6,
      indexLengthBits: 2,
      indexDeltaLengthBits: 3,
      samplesPerFrame: 1024,
    });
  });

  it.each([
    { name: 'without mode (Anpviz, retina#26)', fmtp: 'a=fmtp:0 config=1408' },
    { name: 'with a config that cannot be read', fmtp: 'a=fmtp:0 mode=AAC-hbr;config=ffff' },
  ])('is left out $name', ({ fmtp }) => {
    expect(chosen('m=audio 0 RTP/AVP 0', 'a=rtpmap:0 MPEG4-GENERIC/16000/2', fmtp)).toBeUndefined();
  });
});

describe('item 95: G.711 in the description', () => {
  it.each([
    { name: 'payload type 0 alone', lines: ['m=audio 0 RTP/AVP 0'], codec: 'pcmu', payloadTypes: [0] },
    { name: 'payload type 8 alone', lines: ['m=audio 0 RTP/AVP 8'], codec: 'pcma', payloadTypes: [8] },
    {
      name: 'payload type 8 mapped to PCMU (GW Security)',
      lines: ['m=audio 0 RTP/AVP 8', 'a=rtpmap:8 PCMU/8000'],
      codec: 'pcmu',
      payloadTypes: [8],
    },
    {
      name: 'no clock in the rtpmap',
      lines: ['m=audio 0 RTP/AVP 97', 'a=rtpmap:97 PCMA'],
      codec: 'pcma',
      payloadTypes: [97],
    },
    {
      name: 'behind a codec that is not supported',
      lines: ['m=audio 0 RTP/AVP 102 0', 'a=rtpmap:102 G726-32/8000'],
      codec: 'pcmu',
      payloadTypes: [0, 102],
    },
  ])('$name', ({ lines, codec, payloadTypes }) => {
    expect(chosen(...lines)).toEqual({ codec, payloadTypes, clockRateHz: 8_000, channels: 1, config: undefined });
  });

  it.each([
    { name: 'the way to the loudspeaker', lines: ['m=audio 0 RTP/AVP 0', 'a=sendonly'] },
    { name: 'encrypted sound', lines: ['m=audio 0 RTP/SAVP 0'] },
    { name: 'video', lines: ['m=video 0 RTP/AVP 0'] },
    { name: 'nothing', lines: [] },
  ])('is not taken from $name', ({ lines }) => {
    expect(chosen(...lines)).toBeUndefined();
  });
});
