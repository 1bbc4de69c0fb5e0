import fc from 'fast-check';
import { parsePictureParameterSet } from './picture-parameter-set.ts';
import { findRecoveryPoint } from './recovery-point.ts';
import { parseSequenceParameterSet } from './sequence-parameter-set.ts';
import { isFirstSliceOfPicture, parseSliceField, parseSliceHeader } from './slice-header.ts';

describe('parseSliceHeader', () => {
  it.each([
    { name: 'IDR', hex: '6588840021ffd3d6', expected: { firstMb: 0, sliceType: 'I', pictureParameterSetId: 0 } },
    { name: 'P', hex: '419a226c42dfd2e2', expected: { firstMb: 0, sliceType: 'P', pictureParameterSetId: 0 } },
    { name: 'B', hex: '019e41790b7ff14c', expected: { firstMb: 0, sliceType: 'B', pictureParameterSetId: 0 } },
    {
      name: 'second slice, from macroblock 1',
      hex: '4157',
      expected: { firstMb: 1, sliceType: 'P', pictureParameterSetId: 2 },
    },
  ])('reads $name', ({ hex, expected }) => {
    expect(parseSliceHeader(bytes(hex))).toEqual({ ok: true, value: expected });
    expect(isFirstSliceOfPicture(bytes(hex))).toBe(expected.firstMb === 0);
  });

  it('refuses what is no slice, or cut', () => {
    expect(parseSliceHeader(bytes('6764001e')).ok).toBe(false);
    expect(parseSliceHeader(bytes('6500')).ok).toBe(false);
  });
});

describe('parseSliceField', () => {
  const interlaced = { framesOnly: false, frameNumBits: 4, separateColourPlanes: false };
  // first_mb 1, slice_type 00110 (5), PPS id 1, frame_num 0011, then field_pic_flag and bottom_field_flag.
  it.each([
    { name: 'a frame', hex: '41 99 98 80', sps: interlaced, expected: { frameNum: 3, parity: undefined } },
    { name: 'a top field', hex: '41 99 9c 80', sps: interlaced, expected: { frameNum: 3, parity: 'top' } },
    { name: 'a bottom field', hex: '41 99 9e 80', sps: interlaced, expected: { frameNum: 3, parity: 'bottom' } },
    {
      name: 'a frame where there are no fields',
      hex: '41 99 9e 80',
      sps: { ...interlaced, framesOnly: true },
      expected: { frameNum: 3, parity: undefined },
    },
    {
      name: 'a bottom field behind a colour plane',
      hex: '41 99 27 80',
      sps: { ...interlaced, separateColourPlanes: true },
      expected: { frameNum: 3, parity: 'bottom' },
    },
  ])('reads $name', ({ hex, sps, expected }) => {
    expect(parseSliceField(bytes(hex.replaceAll(' ', '')), sps)).toEqual({ ok: true, value: expected });
  });

  it.each(['6764001e', '41', '4199'])('refuses %s: no slice, or cut', (hex) => {
    expect(parseSliceField(bytes(hex), interlaced).ok).toBe(false);
  });
});

describe('parsePictureParameterSet', () => {
  it.each([
    { hex: '68ebe3cb22c0', expected: { id: 0, sequenceParameterSetId: 0, isCabac: true } },
    { hex: '68cb83cb20', expected: { id: 0, sequenceParameterSetId: 0, isCabac: false } },
    { hex: '6850', expected: { id: 1, sequenceParameterSetId: 0, isCabac: false } },
  ])('reads $hex', ({ hex, expected }) => {
    expect(parsePictureParameterSet(bytes(hex))).toMatchObject({ ok: true, value: expected });
  });

  it('refuses one cut off', () => {
    expect(parsePictureParameterSet(bytes('6800')).ok).toBe(false);
  });
});

describe('findRecoveryPoint', () => {
  it.each([
    {
      name: 'item 86: recovery_frame_cnt 0',
      hex: '060601c480',
      expected: { recoveryFrameCount: 0, exactMatch: true, brokenLink: false },
    },
    {
      name: 'item 86: recovery_frame_cnt 3, not exact',
      hex: '0606012180',
      expected: { recoveryFrameCount: 3, exactMatch: false, brokenLink: false },
    },
    {
      name: 'item 86: behind user data',
      hex: '0605 03 aabbcc 0601c480',
      expected: { recoveryFrameCount: 0, exactMatch: true, brokenLink: false },
    },
    { name: 'none: picture timing only', hex: '0601013280', expected: undefined },
    { name: 'none: size past the end', hex: '06ffffff', expected: undefined },
  ])('$name', ({ hex, expected }) => {
    expect(findRecoveryPoint(bytes(hex))).toEqual(expected);
  });
});

it('item 96: no parser throws, whatever the bytes', () => {
  const parsers = [parseSequenceParameterSet, parsePictureParameterSet, parseSliceHeader, findRecoveryPoint];
  const headers = fc.constantFrom(0x67, 0x68, 0x65, 0x41, 0x06);
  fc.assert(
    fc.property(headers, fc.uint8Array({ maxLength: 64 }), (header, rest) => {
      const nalUnit = Uint8Array.of(header, ...rest);
      for (const parse of parsers) parse(nalUnit);
    }),
    { numRuns: 5_000 },
  );
});

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}
