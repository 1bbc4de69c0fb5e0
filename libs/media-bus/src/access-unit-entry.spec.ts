import fc from 'fast-check';
import { decodeAccessUnitEntry, encodeAccessUnitEntry } from './access-unit-entry.ts';
import type { AccessUnit } from './media-bus.ts';

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));

const keyframe: AccessUnit = {
  codec: 'h264',
  epoch: 7,
  sequence: 258,
  isKeyframe: true,
  rtpTimeTicks: 8_589_934_592,
  arrivalTimeUs: 1_700_000_000_000_001,
  captureTimeUs: 1_699_999_999_999_999,
  lostPacketsBefore: 3,
  discontinuity: true,
  width: 1920,
  height: 1080,
  data: bytes('00000001 65aa'),
};
const inter: AccessUnit = {
  ...keyframe,
  codec: 'h265',
  isKeyframe: false,
  rtpTimeTicks: -1,
  captureTimeUs: undefined,
  lostPacketsBefore: 0,
  discontinuity: false,
};

describe('access-unit entry', () => {
  // Written out, not built from the constants under test: this is what deployed services exchange.
  it.each([
    {
      name: 'a keyframe with everything known',
      accessUnit: keyframe,
      hex: `01 07 01 0000000000000007 0000000000000102 0000000200000000
            00060a24181e4001 00060a24181e3fff 00000003 0780 0438 00000001 65aa`,
    },
    {
      name: 'H.265 between keyframes, RTP time before zero, no capture time',
      accessUnit: inter,
      hex: `01 00 02 0000000000000007 0000000000000102 ffffffffffffffff
            00060a24181e4001 0000000000000000 00000000 0780 0438 00000001 65aa`,
    },
  ])('encodes and decodes $name', ({ accessUnit, hex }) => {
    expect(new Uint8Array(encodeAccessUnitEntry(accessUnit))).toEqual(bytes(hex));
    expect(decodeAccessUnitEntry(bytes(hex))).toEqual({ ok: true, value: accessUnit });
  });

  const head =
    '01 00 01 0000000000000007 0000000000000102 0000000000000000 00060a24181e4001 0000000000000000 00000000 0780';
  it.each([
    { name: 'no bytes', hex: '', reason: 'entry-too-short', offset: 0 },
    { name: 'a header cut short', hex: head, reason: 'entry-too-short', offset: 49 },
    { name: 'no access unit after the header', hex: `${head} 0438`, reason: 'entry-too-short', offset: 51 },
    { name: 'version 2', hex: `02${head.slice(2)} 0438 65`, reason: 'entry-unknown-version', offset: 0 },
    { name: 'a flag from the future', hex: `01 08${head.slice(5)} 0438 65`, reason: 'entry-unknown-flags', offset: 1 },
    { name: 'a third codec', hex: `01 00 03${head.slice(8)} 0438 65`, reason: 'entry-unknown-codec', offset: 2 },
    {
      name: 'an epoch above 2^53',
      hex: `01 00 01 0020000000000001${head.slice(25)} 0438 65`,
      reason: 'entry-number-too-large',
      offset: 3,
    },
  ])('refuses $name', ({ hex, reason, offset }) => {
    expect(decodeAccessUnitEntry(bytes(hex))).toEqual({
      ok: false,
      fault: { reason, offset, clause: 'docs/media-bus.md' },
    });
  });

  it('gives back what it was given', () => {
    const number = fc.maxSafeNat();
    fc.assert(
      fc.property(
        fc.record({
          codec: fc.constantFrom('h264' as const, 'h265' as const),
          epoch: number,
          sequence: number,
          isKeyframe: fc.boolean(),
          rtpTimeTicks: fc.maxSafeInteger(),
          arrivalTimeUs: number,
          captureTimeUs: fc.option(number, { nil: undefined }),
          lostPacketsBefore: fc.nat(0xffff_ffff),
          discontinuity: fc.boolean(),
          width: fc.nat(65_535),
          height: fc.nat(65_535),
          data: fc.uint8Array({ minLength: 1, maxLength: 64 }),
        }),
        (accessUnit) => {
          const decoded = decodeAccessUnitEntry(new Uint8Array(encodeAccessUnitEntry(accessUnit)));
          expect(decoded).toEqual({ ok: true, value: accessUnit });
        },
      ),
    );
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (any) => void decodeAccessUnitEntry(any)));
  });
});
