import { WebSocketReader, webSocketText } from './web-socket-reader.ts';

const PICTURE_OF_300 = `827e012c${'00'.repeat(300)}`;
const PICTURE_OF_70000 = `827f0000000000011170${'00'.repeat(70_000)}`;

describe.each([1, 2, 7, 100_000])('in chunks of %i bytes', (chunkBytes) => {
  test.each([
    { name: 'a text (RFC 6455 §5.7)', hex: '810548656c6c6f', messages: ['Hello'] },
    { name: 'a text of 0 bytes', hex: '8100', messages: [''] },
    { name: 'a picture with a length of 2 bytes', hex: PICTURE_OF_300, messages: [300] },
    { name: 'a picture with a length of 8 bytes', hex: PICTURE_OF_70000, messages: [70_000] },
    { name: 'text, picture, text', hex: `810161${PICTURE_OF_300}810162`, messages: ['a', 300, 'b'] },
    { name: 'a ping is passed over', hex: '8901ff810161', messages: ['a'] },
  ])('$name', ({ hex, messages }) => {
    const seen: (string | number)[] = [];
    const reader = new WebSocketReader({ onText: (text) => seen.push(text), onBinary: (bytes) => seen.push(bytes) });
    const bytes = Buffer.from(hex, 'hex');
    for (let at = 0; at < bytes.length; at += chunkBytes) reader.push(bytes.subarray(at, at + chunkBytes));
    expect(seen).toEqual(messages);
  });
});

test('what a client sends is masked', () => {
  expect(webSocketText('40').toString('hex')).toBe('8182000000003430');
});
