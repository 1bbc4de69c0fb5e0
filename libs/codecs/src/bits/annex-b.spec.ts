import fc from 'fast-check';
import { joinAnnexB, nalUnitsOfAnnexB, splitAnnexB } from './annex-b.ts';
import { removeEmulationPrevention } from './emulation-prevention.ts';
import { annexBToLengthPrefixed, lengthPrefixedToAnnexB, splitLengthPrefixed } from './length-prefixed.ts';

describe('splitAnnexB', () => {
  it.each([
    { name: 'long and short start codes', hex: '00000001 6742 000001 68ce', nalUnits: ['6742', '68ce'] },
    { name: 'trailing zeros', hex: '000001 65aa 0000 00000001 41bb 00', nalUnits: ['65aa', '41bb'] },
    { name: 'bytes before the first start code', hex: 'aabb 000001 65', nalUnits: ['65'] },
    { name: 'empty NAL units', hex: '000001 000001 00000001 65', nalUnits: ['65'] },
    { name: 'emulation prevention left alone', hex: '000001 65 000003 01', nalUnits: ['6500000301'] },
    { name: 'no start code', hex: '6500000265', nalUnits: [] },
    { name: 'a start code cut at the end', hex: '000001 65aa 0000', nalUnits: ['65aa'] },
    { name: 'nothing', hex: '', nalUnits: [] },
  ])('splits $name', ({ hex, nalUnits }) => {
    expect(nalUnitsOfAnnexB(bytes(hex)).map(toHex)).toEqual(nalUnits);
  });

  it('gives views, not copies', () => {
    const stream = bytes('00000001 6742');
    expect(nalUnitsOfAnnexB(stream)[0]?.buffer).toBe(stream.buffer);
  });

  it('stops at the limit', () => {
    expect(splitAnnexB(bytes('00000165'.repeat(10)), 3)).toHaveLength(3);
  });

  it('gives back what was joined, and so do length prefixes', () => {
    fc.assert(
      fc.property(fc.array(nalUnitArbitrary(), { maxLength: 20 }), (nalUnits) => {
        const stream = joinAnnexB(nalUnits);
        const expected = nalUnits.map(toHex);
        expect(nalUnitsOfAnnexB(stream).map(toHex)).toEqual(expected);
        const prefixed = annexBToLengthPrefixed(stream);
        const split = splitLengthPrefixed(prefixed);
        expect(split.ok && split.value.map(toHex)).toEqual(expected);
        const back = lengthPrefixedToAnnexB(prefixed);
        expect(back.ok && toHex(back.value)).toBe(toHex(stream));
      }),
    );
  });
});

describe('item 89: length-prefixed output', () => {
  it('item 89: turns Annex B into four-byte lengths (ISO/IEC 14496-15)', () => {
    expect(toHex(annexBToLengthPrefixed(bytes('00000001 6742c01e 000001 65aa')))).toBe('000000046742c01e0000000265aa');
  });

  it.each([
    { name: 'a cut length', hex: '000000', reason: 'length-prefix-cut' },
    { name: 'a length past the end', hex: '0000000365aa', reason: 'nal-unit-past-end' },
  ])('item 89: refuses $name', ({ hex, reason }) => {
    expect(splitLengthPrefixed(bytes(hex))).toMatchObject({ ok: false, fault: { reason } });
  });
});

describe('removeEmulationPrevention', () => {
  it.each([
    { name: 'none', hex: '650102', expected: '650102' },
    { name: 'one', hex: '65000003010203', expected: '650000010203' },
    { name: 'two in a row', hex: '65000003000003 01', expected: '650000000001' },
    { name: 'at the end (cabac_zero_word)', hex: '65aa000003', expected: '65aa0000' },
    { name: 'a 03 that stands alone', hex: '65000300', expected: '65000300' },
  ])('removes $name', ({ hex, expected }) => {
    expect(toHex(removeEmulationPrevention(bytes(hex)))).toBe(expected);
  });
});

/** Well-formed: no start code inside, no zero at the end. */
function nalUnitArbitrary(): fc.Arbitrary<Uint8Array> {
  return fc
    .uint8Array({ minLength: 1, maxLength: 200 })
    .map((raw) =>
      raw
        .map((byte, i) => (byte <= 3 && (raw[i - 1] ?? 9) <= 3 ? byte + 4 : byte))
        .map((byte, i, all) => (i === all.length - 1 ? byte | 0x80 : byte)),
    );
}

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

function toHex(data: Uint8Array): string {
  return Buffer.from(data).toString('hex');
}
