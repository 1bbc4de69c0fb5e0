import fc from 'fast-check';
import { decodeJpegEntry, encodeJpegEntry } from './jpeg-entry.ts';
import type { JpegFrame } from './media-bus.ts';

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));

const frame: JpegFrame = {
  epoch: 9,
  sourceEpoch: 7,
  sequence: 258,
  rtpTimeTicks: 8_589_934_592,
  arrivalTimeUs: 1_700_000_000_000_001,
  captureTimeUs: 1_699_999_999_999_999,
  width: 640,
  height: 360,
  decodeUs: 4_300,
  encodeUs: 4_500,
  reorderUs: 133_000,
  data: bytes('ffd8 ffd9'),
};

describe('JPEG entry', () => {
  // Written out, not built from the constants under test: this is what deployed services exchange.
  it.each([
    {
      name: 'a frame with its capture time',
      frame,
      hex: `02 01 0280 0168 000010cc 00001194 0000000000000009 0000000000000007 0000000000000102
            0000000200000000 00060a24181e4001 00060a24181e3fff 00020788 ffd8 ffd9`,
    },
    {
      name: 'a frame without',
      frame: { ...frame, captureTimeUs: undefined },
      hex: `02 00 0280 0168 000010cc 00001194 0000000000000009 0000000000000007 0000000000000102
            0000000200000000 00060a24181e4001 0000000000000000 00020788 ffd8 ffd9`,
    },
  ])('encodes and decodes $name', ({ frame, hex }) => {
    expect(new Uint8Array(encodeJpegEntry(frame))).toEqual(bytes(hex));
    expect(decodeJpegEntry(bytes(hex))).toEqual({ ok: true, value: frame });
  });

  const zeros = '00'.repeat(64);
  it.each([
    { name: 'no bytes', hex: '', reason: 'entry-too-short', offset: 0 },
    { name: 'a header and no JPEG', hex: `02 00 ${zeros}`, reason: 'entry-too-short', offset: 66 },
    { name: 'version 1', hex: `01 00 ${zeros} ff`, reason: 'entry-unknown-version', offset: 0 },
    { name: 'a flag from the future', hex: `02 02 ${zeros} ff`, reason: 'entry-unknown-flags', offset: 1 },
    {
      name: 'a sequence below zero',
      hex: `02 00 ${'00'.repeat(28)} ffffffffffffffff ${'00'.repeat(28)} ff`,
      reason: 'entry-number-too-large',
      offset: 30,
    },
  ])('refuses $name', ({ hex, reason, offset }) => {
    expect(decodeJpegEntry(bytes(hex))).toEqual({ ok: false, fault: { reason, offset, clause: 'docs/media-bus.md' } });
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 90 }), (any) => void decodeJpegEntry(any)));
  });
});
