import { interleavedFrame } from './interleaved-frame.ts';

it('interleavedFrame (RFC 2326 §10.12)', () => {
  expect([...interleavedFrame(1, Uint8Array.of(0x80, 0xc8))]).toEqual([0x24, 1, 0, 2, 0x80, 0xc8]);
});
