import { DEVICE_DESCRIPTIONS, type DeviceDescription, MALFORMED_DESCRIPTIONS } from '@oriel/testing/scripted-server';
import fc from 'fast-check';
import { chooseVideo } from './choose-video.ts';
import { parseSessionDescription } from './session-description.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'utf8'));

function expectDescription({ sdp, video, audio }: DeviceDescription, encoded = bytes(sdp)): void {
  const description = parseSessionDescription(encoded);
  const chosen = chooseVideo(description);
  if (!chosen.ok) throw new Error(`no video, only ${chosen.offered.join()}`);
  const { codec, media, payloadTypes, parameterSets } = chosen.track;
  expect({ codec, payloadType: payloadTypes[0], control: media.control, parameterSets: parameterSets.length }).toEqual(
    video,
  );
  if (audio === undefined) return;
  const medias = description.medias.filter(({ kind }) => kind === 'audio');
  expect(medias.flatMap(({ formats }) => formats.flatMap(({ rtpMap }) => rtpMap?.encoding ?? []))).toEqual(audio);
}

describe('item 47, device 31: descriptions of named devices', () => {
  it.each(DEVICE_DESCRIPTIONS)('$name', (device) => expectDescription(device));
});

describe('item 48, device 31: malformed descriptions', () => {
  it.each(MALFORMED_DESCRIPTIONS)('$name', (device) => expectDescription(device));
});

describe('item 49: encodings', () => {
  const [device] = DEVICE_DESCRIPTIONS.slice(2);
  if (device === undefined) throw new Error('no device');
  it.each([
    { name: 'latin-1 text', encoded: Buffer.from(device.sdp.replace('s=RTSP Session', 's=T\xfcr'), 'latin1') },
    {
      name: 'latin-1 text behind a byte order mark',
      encoded: Buffer.concat([
        Buffer.from('efbbbf', 'hex'),
        Buffer.from(device.sdp.replace('s=RTSP Session', 's=T\xfcr'), 'latin1'),
      ]),
    },
    {
      name: 'byte order mark, NUL tail, LF only and no final newline',
      encoded: Buffer.from(`\ufeff${device.sdp.replaceAll('\r\n', '\n').trimEnd()}\0\0`),
    },
  ])('$name', ({ encoded }) => expectDescription(device, new Uint8Array(encoded)));
});

describe('item 50: one bad media does not spoil others', () => {
  const good = 'm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:good\r\n';
  it.each([
    'm=\r\n',
    'm=video\r\n',
    'm=video x RTP/AVP y\r\n',
    'm=video 0 RTP/SAVP 96\r\na=rtpmap:96 H264/90000\r\na=control:encrypted\r\n',
    'm=video 0 MP2T/H2221/UDP 33\r\n',
    'm=video 0 RTP/AVP 200\r\na=rtpmap:200 H264/90000\r\n',
    'm=audio 0 RTP/AVP 96\r\na=rtpmap\r\na=rtpmap:\r\na=rtpmap:96\r\na=fmtp\r\na=fmtp:x\r\n',
  ])('%j', (bad) => {
    for (const sdp of [`v=0\r\n${bad}${good}`, `v=0\r\n${good}${bad}`]) {
      const chosen = chooseVideo(parseSessionDescription(bytes(sdp)));
      expect(chosen).toMatchObject({ ok: true, track: { media: { control: 'good' } } });
    }
  });
});

describe('item 51: rtpmap', () => {
  it.each([
    { format: '0', encoding: 'PCMU', clockRateHz: 8_000 },
    { format: '8', encoding: 'PCMA', clockRateHz: 8_000 },
    { format: '9', encoding: 'G722', clockRateHz: 8_000 },
    { format: '10', encoding: 'L16', clockRateHz: 44_100 },
    { format: '11', encoding: 'L16', clockRateHz: 44_100 },
    { format: '14', encoding: 'MPA', clockRateHz: 90_000 },
    { format: '26', encoding: 'JPEG', clockRateHz: 90_000 },
    { format: '33', encoding: 'MP2T', clockRateHz: 90_000 },
  ])('missing for static type $format', ({ format, encoding, clockRateHz }) => {
    const [media] = parseSessionDescription(bytes(`m=audio 0 RTP/AVP ${format}\r\n`)).medias;
    expect(media?.formats[0]?.rtpMap).toMatchObject({ encoding, clockRateHz });
  });
  it('beats the table', () => {
    const [media] = parseSessionDescription(bytes('m=audio 0 RTP/AVP 8\r\na=rtpmap:8 PCMU/16000/2\r\n')).medias;
    expect(media?.formats[0]?.rtpMap).toEqual({ encoding: 'PCMU', clockRateHz: 16_000, channels: 2 });
  });
});

describe('item 52: fmtp', () => {
  it.each([
    { name: 'bare', text: 'a=fmtp:96', expected: [] },
    { name: 'trailing ;', text: 'a=fmtp:96 a=1;', expected: [['a', '1']] },
    { name: 'a key without value', text: 'a=fmtp:96 a;b=2', expected: [['b', '2']] },
    {
      name: 'blanks',
      text: 'a=fmtp:96   a = 1 ;  b=2 ',
      expected: [
        ['a', '1'],
        ['b', '2'],
      ],
    },
    { name: 'mixed case', text: 'a=FMTP:96 SizeLength=13', expected: [['sizelength', '13']] },
    { name: 'base64 padding stays', text: 'a=fmtp:96 x=AA==', expected: [['x', 'AA==']] },
  ])('$name', ({ text, expected }) => {
    const [media] = parseSessionDescription(bytes(`m=video 0 RTP/AVP 96\r\n${text}\r\n`)).medias;
    expect([...(media?.formats[0]?.parameters ?? [])]).toEqual(expected);
  });
});

describe('item 53, device 28: sprop', () => {
  const sets = (text: string): string[] => {
    const sdp = `m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1${text}\r\n`;
    const chosen = chooseVideo(parseSessionDescription(bytes(sdp)));
    return chosen.ok ? chosen.track.parameterSets.map((set) => Buffer.from(set).toString('hex')) : [];
  };
  const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64');
  it.each([
    { name: 'absent', text: '', expected: [] },
    { name: 'empty', text: ';sprop-parameter-sets=', expected: [] },
    { name: 'not base64', text: ';sprop-parameter-sets=**,!!', expected: [] },
    {
      name: 'start codes in front and behind',
      text: `;sprop-parameter-sets=${base64('00000001674200290000000001')}`,
      expected: ['67420029'],
    },
    {
      name: 'two sets in one value',
      text: `;sprop-parameter-sets=${base64('000000016742002900000168ce3c80')}`,
      expected: ['67420029', '68ce3c80'],
    },
    {
      name: 'extra sets and other NAL units',
      text: `;sprop-parameter-sets=${base64('67420029')},${base64('68ce')},${base64('0605ff')},${base64('68cf')}`,
      expected: ['67420029', '68ce', '68cf'],
    },
  ])('$name', ({ text, expected }) => {
    expect(sets(text)).toEqual(expected);
  });
});

it('item 96: parsing never throws, whatever the bytes; pieces of real descriptions shuffled', () => {
  const pieces = [...DEVICE_DESCRIPTIONS, ...MALFORMED_DESCRIPTIONS].flatMap(({ sdp }) => sdp.split(/(?<=[\r\n:=; ])/));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 400 }),
        fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((parts) => bytes(parts.join(''))),
      ),
      (body) => {
        chooseVideo(parseSessionDescription(body));
      },
    ),
    { numRuns: 2_000 },
  );
});
