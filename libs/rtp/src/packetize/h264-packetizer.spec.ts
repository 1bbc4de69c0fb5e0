import { fromHex, toHex } from '@oriel/simulation';
import fc from 'fast-check';
import { fuA, packetizeH264 } from './h264-packetizer.ts';
import { packetizeH265 } from './h265-packetizer.ts';

describe('packetizeH264', () => {
  it.each([
    {
      name: 'single NAL unit packets (RFC 6184 §5.6)',
      nalUnits: ['67 01', '65 aa bb'],
      payloads: ['67 01', '65 aa bb'],
    },
    {
      name: 'STAP-A of what is small (§5.7.1)',
      nalUnits: ['67 01', '68 02', '65 aa bb cc dd ee ff 00 11 22'],
      aggregate: true,
      payloads: ['78 00 02 67 01 00 02 68 02', '7c 85 aa bb cc dd ee', '7c 45 ff 00 11 22'],
    },
    { name: 'one alone is no STAP-A', nalUnits: ['41 01'], aggregate: true, payloads: ['41 01'] },
    {
      name: 'FU-A, all NRI kept (§5.8)',
      nalUnits: ['25 01 02 03 04 05 06 07 08 09'],
      payloads: ['3c 85 01 02 03 04 05', '3c 45 06 07 08 09'],
    },
  ])('$name', ({ nalUnits, aggregate, payloads }) => {
    const options = { maxPayloadBytes: 9, aggregate };
    expect(packetizeH264(nalUnits.map(fromHex), options).map(toHex)).toEqual(payloads);
  });

  it('never exceeds the payload, and fragments join again', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 2, maxLength: 5000 }),
        fc.integer({ min: 3, max: 1500 }),
        (nalUnit, maxPayloadBytes) => {
          const payloads = packetizeH264([nalUnit], { maxPayloadBytes });
          expect(Math.max(...payloads.map((payload) => payload.length))).toBeLessThanOrEqual(maxPayloadBytes);
          if (nalUnit.length <= maxPayloadBytes) return;
          expect(Buffer.concat(payloads.map((payload) => payload.subarray(2))).equals(nalUnit.subarray(1))).toBe(true);
          expect(payloads.map((payload) => (payload[1] ?? 0) >> 6)).toEqual([
            2,
            ...new Array(payloads.length - 2).fill(0),
            1,
          ]);
        },
      ),
    );
  });

  it('makes at least two fragments, start and end apart (§5.8)', () => {
    expect(fuA(fromHex('65 01 02'), 1400).map(toHex)).toEqual(['7c 85 01', '7c 45 02']);
  });
});

describe('packetizeH265', () => {
  it.each([
    {
      name: 'single NAL unit packets (RFC 7798 §4.4.1)',
      nalUnits: ['40 01 0c', '26 01 aa'],
      payloads: ['40 01 0c', '26 01 aa'],
    },
    {
      name: 'fragmentation units (§4.4.3)',
      nalUnits: ['26 01 01 02 03 04 05 06 07 08'],
      payloads: ['62 01 93 01 02 03 04', '62 01 53 05 06 07 08'],
    },
  ])('$name', ({ nalUnits, payloads }) => {
    expect(packetizeH265(nalUnits.map(fromHex), { maxPayloadBytes: 8 }).map(toHex)).toEqual(payloads);
  });
});
