import { framePacketHead } from './frame-packet.ts';
import type { LiveFrame } from './live-frame.ts';

describe('framePacketHead', () => {
  const frame: LiveFrame = {
    cameraId: 'yard',
    renditionId: 'w640-q75-f15',
    epoch: 3,
    sequence: 1042,
    width: 640,
    height: 360,
    receivedAtMs: 1_795_472_000_123,
    showableAtMs: 1_795_472_000_123,
    capturedAtMs: undefined,
    data: new Uint8Array(300),
  };
  const text =
    '451-7["frame",{"camera":"yard","epoch":3,"sequence":1042,"width":640,"height":360,"receivedAtMs":1795472000123,' +
    '"rendition":"w640-q75-f15","skipped":2,"sentAtMs":1795472000140},{"_placeholder":true,"num":0}]';

  it('is the text message of the event and the head of the binary one (RFC 6455 §5.2)', () => {
    const head = framePacketHead(frame, 2, 1_795_472_000_140, 7);
    expect(Buffer.from(head.subarray(0, 4)).toString('hex')).toBe('817e00ce');
    expect(Buffer.from(head.subarray(4, 4 + text.length)).toString('latin1')).toBe(text);
    expect(Buffer.from(head.subarray(4 + text.length)).toString('hex')).toBe('827e012c');
  });

  it('carries the capture time where there is one', () => {
    const head = framePacketHead({ ...frame, capturedAtMs: 17 }, 0, 1, 0);
    expect(Buffer.from(head).toString('latin1')).toContain('"capturedAtMs":17,"rendition"');
  });

  it.each([
    { bytes: 125, hex: '827d' },
    { bytes: 126, hex: '827e007e' },
    { bytes: 65_535, hex: '827effff' },
    { bytes: 65_536, hex: '827f0000000000010000' },
  ])('spells a picture of $bytes bytes as $hex', ({ bytes, hex }) => {
    const head = framePacketHead({ ...frame, data: new Uint8Array(bytes) }, 0, 0, 0);
    expect(Buffer.from(head).toString('hex').endsWith(hex)).toBe(true);
  });
});
