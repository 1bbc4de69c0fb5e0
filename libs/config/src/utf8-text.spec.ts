import { decodeUtf8 } from './utf8-text.ts';

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

it.each([
  { name: 'nothing', hex: '', text: '' },
  { name: 'an umlaut', hex: '70 c3bc', text: 'pü' },
  { name: 'a byte order mark', hex: 'efbbbf 61', text: 'a' },
  { name: 'a replacement character that was meant', hex: 'efbfbd', text: '\ufffd' },
])('reads $name', ({ hex, text }) => {
  expect(decodeUtf8(bytes(hex))).toEqual({ ok: true, text });
});

it.each([
  { name: 'ü in Latin-1, at the end of the second line', hex: '61 0a 62 fc 0a 63', offset: 3, line: 2 },
  { name: 'a byte that never occurs', hex: '61 ff fe', offset: 1, line: 1 },
  { name: 'UTF-16', hex: 'fffe 6100', offset: 0, line: 1 },
  { name: 'a character that is cut off', hex: '61 e282', offset: 3, line: 1 },
  { name: 'half of a surrogate pair', hex: 'eda080', offset: 1, line: 1 },
])('refuses $name and says where', ({ hex, offset, line }) => {
  expect(decodeUtf8(bytes(hex))).toEqual({ ok: false, offset, line });
});
