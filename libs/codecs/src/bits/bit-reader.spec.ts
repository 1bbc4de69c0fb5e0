import fc from 'fast-check';
import { BitReader } from './bit-reader.ts';

describe('BitReader', () => {
  it.each([
    { name: 'shortest code', bits: '1', value: 0 },
    { name: 'table 9-2, third', bits: '011', value: 2 },
    { name: '16 leading zeros', bits: `${'0'.repeat(16)}1${'1'.repeat(16)}`, value: 131_070 },
    { name: '31 leading zeros', bits: `${'0'.repeat(31)}1${'0'.repeat(31)}`, value: 2 ** 31 - 1 },
    { name: 'largest, 2^32 - 2', bits: `${'0'.repeat(31)}1${'1'.repeat(31)}`, value: 2 ** 32 - 2 },
  ])('reads ue(v): $name', ({ bits, value }) => {
    const reader = new BitReader(pack(bits));
    expect(reader.unsignedExpGolomb()).toBe(value);
    expect(reader.failed).toBe(false);
  });

  it.each([
    { name: '2^32 - 1, one too large', bits: `${'0'.repeat(32)}1${'0'.repeat(32)}` },
    { name: 'more than 32 leading zeros', bits: `${'0'.repeat(40)}1${'0'.repeat(40)}` },
    { name: 'zeros to the end', bits: '0'.repeat(16) },
  ])('refuses ue(v): $name', ({ bits }) => {
    const reader = new BitReader(pack(bits));
    expect(reader.unsignedExpGolomb()).toBe(0);
    expect(reader.failed).toBe(true);
  });

  it.each([
    { bits: '1', value: 0 },
    { bits: '010', value: 1 },
    { bits: '011', value: -1 },
    { bits: '00100', value: 2 },
    { bits: '00101', value: -2 },
    { bits: `${'0'.repeat(31)}1${'1'.repeat(31)}`, value: -(2 ** 31 - 1) },
  ])('reads se(v) $value', ({ bits, value }) => {
    expect(new BitReader(pack(bits)).signedExpGolomb()).toBe(value);
  });

  it('reads 32 bits as unsigned', () => {
    expect(new BitReader(Uint8Array.of(0xff, 0xff, 0xff, 0xff)).bits(32)).toBe(0xffff_ffff);
  });

  it('stays failed after a read past the end', () => {
    const reader = new BitReader(Uint8Array.of(0xff));
    expect(reader.bits(9)).toBe(0);
    expect(reader.bits(1)).toBe(0);
    expect(reader.failed).toBe(true);
  });

  it('reads what was written, any widths', () => {
    const fields = fc.array(
      fc
        .integer({ min: 1, max: 32 })
        .chain((width) => fc.record({ width: fc.constant(width), value: fc.nat(2 ** width - 1) })),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(fields, (written) => {
        const reader = new BitReader(
          pack(written.map(({ width, value }) => value.toString(2).padStart(width, '0')).join('')),
        );
        for (const { width, value } of written) expect(reader.bits(width)).toBe(value);
        expect(reader.failed).toBe(false);
      }),
    );
  });
});

/** Bits to bytes, filled up with zeros. */
function pack(bits: string): Uint8Array {
  return Uint8Array.from({ length: Math.ceil(bits.length / 8) }, (_, i) =>
    Number.parseInt(bits.slice(8 * i, 8 * i + 8).padEnd(8, '0'), 2),
  );
}
