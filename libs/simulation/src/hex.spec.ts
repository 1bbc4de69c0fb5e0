import { fromHex, toHex } from './hex.ts';

describe('hex', () => {
  it.each([
    { text: '', bytes: [] },
    { text: '80 60 00 01', bytes: [0x80, 0x60, 0, 1] },
    { text: '8060\n0001', bytes: [0x80, 0x60, 0, 1] },
  ])('reads $text', ({ text, bytes }) => {
    expect([...fromHex(text)]).toEqual(bytes);
  });

  it.each(['8', '8x', '80 6'])('refuses %s', (text) => {
    expect(() => fromHex(text)).toThrow(TypeError);
  });

  it('writes a blank between bytes', () => {
    expect(toHex(new Uint8Array([0x80, 0, 255]).subarray(1))).toBe('00 ff');
  });
});
