import { h264CodecString } from './codec-string.ts';
import { buildDecoderConfig, parseDecoderConfig } from './decoder-config.ts';

const HIGH_SPS = '6764001eacd940a02ff97011000003000100000300320f162d96';
const HIGH_PPS = '68ebe3cb22c0';
const BASELINE_SPS = '6742c01ed900c037b011000003000100000300320f162e48';

describe('buildDecoderConfig', () => {
  it.each([
    {
      name: 'High: with chroma format and bit depths',
      sps: HIGH_SPS,
      avcc: `0164001effe1001a${HIGH_SPS}010006${HIGH_PPS}fdf8f800`,
    },
    { name: 'Baseline: without', sps: BASELINE_SPS, avcc: `0142c01effe10018${BASELINE_SPS}010006${HIGH_PPS}` },
  ])('item 89: builds avcC for $name', ({ sps, avcc }) => {
    const config = { sequenceParameterSets: [bytes(sps)], pictureParameterSets: [bytes(HIGH_PPS)] };
    expect(Buffer.from(buildDecoderConfig(config)).toString('hex')).toBe(avcc);
    const parsed = parseDecoderConfig(bytes(avcc));
    expect(parsed).toEqual({ ok: true, value: config });
  });

  it('rejects a configuration without sets', () => {
    expect(() => buildDecoderConfig({ sequenceParameterSets: [], pictureParameterSets: [] })).toThrow(TypeError);
  });

  it.each([
    { name: 'nothing', hex: '' },
    { name: 'an SPS past the end', hex: '0164001effe1001a6764' },
    { name: 'no PPS count', hex: '0164001effe1000167' },
  ])('refuses $name', ({ hex }) => {
    expect(parseDecoderConfig(bytes(hex)).ok).toBe(false);
  });
});

describe('h264CodecString', () => {
  it.each([
    { hex: HIGH_SPS, expected: 'avc1.64001e' },
    { hex: BASELINE_SPS, expected: 'avc1.42c01e' },
    { hex: '6742', expected: undefined },
  ])('gives $expected', ({ hex, expected }) => {
    expect(h264CodecString(bytes(hex))).toBe(expected);
  });
});

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}
