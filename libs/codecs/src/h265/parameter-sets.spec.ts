import fc from 'fast-check';
import {
  h265SlicePictureParameterSetId,
  h265VideoParameterSetId,
  parseH265PictureParameterSet,
  parseH265SequenceParameterSet,
} from './parameter-sets.ts';
import { isH265RecoveryPoint } from './recovery-point.ts';

describe('parseH265SequenceParameterSet', () => {
  it.each([
    {
      name: 'Main, 1920×1080 cropped from 1088 lines',
      hex: '420101016000000300900000030000030078a003c08010e596566924caf0168080000003008000000c84',
      expected: {
        id: 0,
        profileIdc: 1,
        isHighTier: false,
        levelIdc: 120,
        chromaFormatIdc: 1,
        bitDepthLuma: 8,
        width: 1920,
        height: 1080,
        maxReorderPictures: 2,
      },
    },
    {
      name: 'range extensions, 4:2:2, 10 bit, 640×360',
      hex: '4201010408000003009d0800000300003fb005020169365959a4932bc05a020000030002000003003210',
      expected: {
        id: 0,
        profileIdc: 4,
        levelIdc: 63,
        chromaFormatIdc: 2,
        bitDepthLuma: 10,
        bitDepthChroma: 10,
        width: 640,
        height: 360,
        maxReorderPictures: 2,
      },
    },
  ])('item 92: reads $name', ({ hex, expected }) => {
    expect(parseH265SequenceParameterSet(bytes(hex))).toMatchObject({ ok: true, value: expected });
  });

  it.each([
    { name: 'nothing', hex: '', reason: 'not-an-sps' },
    { name: 'a PPS', hex: '4401c172b46240', reason: 'not-an-sps' },
    { name: 'one cut in the profile', hex: '42010101600000', reason: 'sps-cut' },
  ])('item 93: refuses $name', ({ hex, reason }) => {
    expect(parseH265SequenceParameterSet(bytes(hex))).toMatchObject({ ok: false, fault: { reason } });
  });
});

it('item 92: reads the ids that tie slice, PPS and VPS together', () => {
  expect(parseH265PictureParameterSet(bytes('4401c172b46240'))).toEqual({
    ok: true,
    value: { id: 0, sequenceParameterSetId: 0 },
  });
  expect(h265SlicePictureParameterSetId(bytes('2801af1d088d'))).toBe(0);
  expect(h265SlicePictureParameterSetId(bytes('0201d0115784'))).toBe(0);
  expect(h265VideoParameterSetId(bytes('40010c01ffff'))).toBe(0);
});

it.each([
  { hex: '4e010601c480', expected: true },
  { hex: '4e0106012180', expected: false },
  { hex: '4e01', expected: false },
])('item 86: H.265 recovery point in $hex: $expected', ({ hex, expected }) => {
  expect(isH265RecoveryPoint(bytes(hex))).toBe(expected);
});

it('item 93: no parser throws, whatever the bytes', () => {
  const parsers = [
    parseH265SequenceParameterSet,
    parseH265PictureParameterSet,
    h265SlicePictureParameterSetId,
    h265VideoParameterSetId,
    isH265RecoveryPoint,
  ];
  fc.assert(
    fc.property(fc.constantFrom(0x40, 0x42, 0x44, 0x4e, 0x28), fc.uint8Array({ maxLength: 64 }), (header, rest) => {
      const nalUnit = Uint8Array.of(header, 1, ...rest);
      for (const parse of parsers) parse(nalUnit);
    }),
    { numRuns: 5_000 },
  );
});

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}
