import { parseSequenceParameterSet } from './sequence-parameter-set.ts';

describe('parseSequenceParameterSet', () => {
  it.each([
    {
      name: 'High, 640×360 cropped from 640×368',
      hex: '6764001eacd940a02ff97011000003000100000300320f162d96',
      expected: { profileIdc: 100, levelIdc: 30, width: 640, height: 360, chromaFormatIdc: 1, framesOnly: true },
      vui: { timing: { unitsInTick: 1, timeScaleHz: 50, fixedFrameRate: false }, maxReorderFrames: 2 },
    },
    {
      name: 'Constrained Baseline, 768×432, no reordering',
      hex: '6742c01ed900c037b011000003000100000300320f162e48',
      expected: { profileIdc: 66, constraintFlags: 0xc0, levelIdc: 30, width: 768, height: 432 },
      vui: { maxReorderFrames: 0, sampleAspectRatio: { width: 1, height: 1 } },
    },
    {
      name: 'Main, 1920×1080, full range BT.709',
      hex: '674d4028d900780227e5c05b808080a0000003002000000641e30649',
      expected: { profileIdc: 77, levelIdc: 40, width: 1920, height: 1080 },
      vui: { fullRange: true, matrixCoefficients: 1, maxReorderFrames: 0 },
    },
    {
      name: 'interlaced 1920×1080: map units are field pairs (§7.4.2.1.1)',
      hex: '67640028acd94078044fde0220000003002000000643e2c5b2c0',
      expected: { width: 1920, height: 1080, framesOnly: false },
      vui: {},
    },
    {
      name: 'High 4:2:2, 10 bit',
      hex: '677a001fb6cd9405005bb011000003000100000300320f183196',
      expected: { profileIdc: 122, chromaFormatIdc: 2, bitDepthLuma: 10, bitDepthChroma: 10, width: 1280, height: 720 },
      vui: {},
    },
    {
      name: '4:4:4, where one sample can be cropped',
      hex: '67f40020919b280a20bbc7c7e022000003000200000300641e30632c',
      expected: { profileIdc: 244, chromaFormatIdc: 3, width: 1282, height: 722 },
      vui: {},
    },
    {
      name: '3840×2160 with HRD parameters',
      hex: '67640033acd9403c0043ec0440000003004000000c99a8003d090007a13930c01e30632c',
      expected: { width: 3840, height: 2160, levelIdc: 51 },
      vui: { timing: { unitsInTick: 1, timeScaleHz: 50, fixedFrameRate: false }, maxDecodedFrameBuffering: 4 },
    },
  ])('reads $name', ({ hex, expected, vui }) => {
    const sps = parseSequenceParameterSet(bytes(hex));
    expect(sps).toMatchObject({ ok: true, value: { id: 0, ...expected, vui } });
  });

  it.each([
    { name: 'one trailing 04 (Reolink)', tail: '04' },
    { name: 'a start code behind it (GW)', tail: '00000001' },
    { name: 'a hundred zero bytes', tail: '00'.repeat(100) },
  ])('tolerates $name', ({ tail }) => {
    const sps = parseSequenceParameterSet(bytes(`6764001eacd940a02ff97011000003000100000300320f162d96${tail}`));
    expect(sps).toMatchObject({ ok: true, value: { width: 640, height: 360 } });
  });

  it('drops a VUI that is cut off, and keeps the size', () => {
    const sps = parseSequenceParameterSet(bytes('6764001eacd940a02ff9701100'));
    expect(sps).toMatchObject({ ok: true, value: { width: 640, height: 360, vui: undefined } });
  });

  it.each([
    { name: 'nothing', hex: '', reason: 'not-an-sps' },
    { name: 'a PPS', hex: '68ebe3cb22c0', reason: 'not-an-sps' },
    { name: 'one cut before the size', hex: '6764001eac', reason: 'sps-cut' },
    { name: 'id 32', hex: '6742001e0420', reason: 'sps-id-out-of-range' },
    { name: 'zeros only', hex: '6742001e000000000000', reason: 'sps-cut' },
  ])('refuses $name', ({ hex, reason }) => {
    expect(parseSequenceParameterSet(bytes(hex))).toMatchObject({ ok: false, fault: { reason } });
  });
});

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}
