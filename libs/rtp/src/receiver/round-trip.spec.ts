/** Properties that hold for every stream: what is packetized comes out again, and no packet series does harm. */
import { jest } from '@jest/globals';
import { joinAnnexB, nalUnitsOfAnnexB } from '@oriel/codecs';
import { packetizeH264, packetizeH265 } from '@oriel/rtp';
import { SeededRandom } from '@oriel/simulation';
import fc from 'fast-check';
import { hexToBytes, PPS, ReceiverHarness, SPS, toHex } from '../testing-packets.ts';
import type { VideoAccessUnit } from './video-access-unit.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 150);
/** For machines that are busy with something else. */
const TIMEOUT_MS = 120_000;
const SIZES_BYTES = [1, 2, 3, 100, 1_399, 1_400, 1_401, 2_800, 65_536, 1_000_000, 4 * 1024 * 1024];

const PARAMETER_SETS = {
  h264: [SPS, PPS].map(hexToBytes),
  h265: ['420101016000000300900000030000030078a003c08010e596566924caf0168080000003008000000c84', '4401c172b46240'].map(
    hexToBytes,
  ),
};

jest.setTimeout(TIMEOUT_MS);

describe('round trip', () => {
  it.each(SIZES_BYTES)('item 77: a NAL unit of %i bytes comes out as it went in', (sizeBytes) => {
    const nalUnit = sliceOf(0x41, sizeBytes, 1);
    const harness = new ReceiverHarness().primed();
    sendAccessUnit(harness, packetizeH264([hexToBytes('419a01'), nalUnit], { maxPayloadBytes: 1_400 }));
    expect(harness.accessUnits).toHaveLength(1);
    expectSameBytes(harness.accessUnits[0]?.data, joinAnnexB([hexToBytes('419a01'), nalUnit]));
  });

  it('item 77: any access units, payload sizes and aggregation', () => {
    const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 20_000 })), {
      minLength: 1,
      maxLength: 12,
    });
    const options = fc.record({ maxPayloadBytes: fc.integer({ min: 40, max: 9_000 }), aggregate: fc.boolean() });
    fc.assert(
      fc.property(fc.array(sizes, { minLength: 1, maxLength: 4 }), options, fc.nat(), (units, packetizer, seed) => {
        const harness = new ReceiverHarness().primed();
        const sent = units.map((unit, u) => [
          hexToBytes(u % 2 === 0 ? '419a01' : '0605aa80'),
          hexToBytes('419a02'),
          ...unit.map((sizeBytes, i) => sliceOf(0x41, sizeBytes, seed + 31 * u + i)),
        ]);
        for (const nalUnits of sent) sendAccessUnit(harness, packetizeH264(nalUnits, packetizer));
        expect(harness.accessUnits).toHaveLength(sent.length);
        for (const [u, nalUnits] of sent.entries()) expectSameBytes(harness.accessUnits[u]?.data, joinAnnexB(nalUnits));
        expect(harness.faults).toEqual({});
      }),
      { numRuns: Math.min(RUNS / 2, 2_000) },
    );
  });

  it.each(SIZES_BYTES.slice(2))('item 92: an H.265 NAL unit of %i bytes comes out as it went in', (sizeBytes) => {
    const harness = new ReceiverHarness({ codec: 'h265', parameterSets: PARAMETER_SETS.h265 });
    sendAccessUnit(harness, packetizeH265([hexToBytes('2801af1d')]));
    const nalUnit = sliceOf(0x02, sizeBytes, 1);
    sendAccessUnit(harness, packetizeH265([hexToBytes('0201d011'), nalUnit]));
    expectSameBytes(harness.accessUnits[1]?.data, joinAnnexB([hexToBytes('0201d011'), nalUnit]));
  });
});

describe('item 96: arbitrary packet series', () => {
  const KEYFRAME = { h264: '6588ab', h265: '2801af1d' };
  const LIMITS = { accessUnitBytes: 4_000, nalUnitsPerAccessUnit: 20, reorderPackets: 8 };
  const firstBytes = {
    h264: [0x41, 0x65, 0x67, 0x68, 0x06, 0x09, 0x0c, 0x78, 0x7c, 0x5c, 0x1d, 0x00],
    h265: [0x02, 0x26, 0x28, 0x40, 0x42, 0x44, 0x4e, 0x60, 0x62, 0x64],
  };

  for (const codec of ['h264', 'h265'] as const) {
    for (const transport of ['tcp', 'udp'] as const) {
      it(`item 96: ${codec} over ${transport}: nothing throws, limits hold, output is well formed, and the next picture is clean`, () => {
        const payload = fc
          .tuple(
            fc.constantFrom(...firstBytes[codec]),
            fc.constantFrom(0x01, 0x81, 0x85, 0x41, 0x45, 0xc1, 0x93, 0x53),
            fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(...EMBEDDED)),
          )
          .map(([first, second, rest]) => Uint8Array.of(first, second, ...rest));
        const packet = fc.record({
          payload: fc.oneof(
            { weight: 9, arbitrary: payload },
            { weight: 1, arbitrary: fc.uint8Array({ maxLength: 1_500 }) },
          ),
          marker: fc.boolean(),
          lost: fc.oneof(
            { weight: 8, arbitrary: fc.constant(0) },
            { weight: 2, arbitrary: fc.integer({ min: -10, max: 10 }) },
          ),
          newTime: fc.oneof(
            { weight: 9, arbitrary: fc.constantFrom(0, 3_000) },
            { weight: 1, arbitrary: fc.nat(2 ** 32 - 1) },
          ),
          ssrc: fc.oneof({ weight: 30, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.constant(2) }),
          afterUs: fc.constantFrom(0, 100, 40_000, 3_000_000),
        });
        fc.assert(
          fc.property(fc.array(packet, { maxLength: 60 }), (packets) => {
            const harness = new ReceiverHarness(
              {
                codec,
                transport,
                parameterSets: PARAMETER_SETS[codec],
              },
              LIMITS,
            );
            for (const { newTime, ...sent } of packets) {
              harness.send({ ...sent, at: (harness.timestamp + newTime) % 2 ** 32 });
              if (sent.afterUs > 1_000) harness.receiver.tick(harness.nowUs);
            }
            harness.receiver.flush();
            const last = harness.accessUnits.length - 1;
            expect(harness.accessUnits.slice(0, -1).some(({ isDamaged }) => isDamaged)).toBe(false);
            harness.send({ payload: KEYFRAME[codec], at: 5, ssrc: 3, marker: true });
            expect(harness.nalUnits.at(-1)?.at(-1)).toBe(KEYFRAME[codec]);
            expect(harness.accessUnits.length).toBe(last + 2);
            for (const accessUnit of harness.accessUnits) expectWellFormed(accessUnit, LIMITS.accessUnitBytes);
            expect(harness.receiver.stats().heldBytes).toBeLessThan(128 * 1024);
          }),
          { numRuns: RUNS },
        );
      });
    }
  }

  it('item 96: arbitrary RTCP and RTP bytes', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc
        .uint8Array({ maxLength: 64 })
        .map((rest) => Uint8Array.of(0x81, 200 + ((rest[0] ?? 0) % 8), 0, (rest[1] ?? 0) % 8, ...rest)),
    );
    const harness = new ReceiverHarness();
    fc.assert(
      fc.property(bytes, (datagram) => {
        harness.receiver.pushRtcp(datagram, harness.nowUs);
        harness.receiver.pushRtp(datagram, harness.nowUs);
        harness.receiver.receiverReport(harness.nowUs);
      }),
      { numRuns: 10 * RUNS },
    );
  });
});

const EMBEDDED = [
  `00000001${SPS}00000001${PPS}00000001658801`,
  '000001',
  '00000001',
  '0003419a010003415702',
  '00',
  '000000000000',
].map(hexToBytes);

function expectWellFormed({ data }: VideoAccessUnit, maxBytes: number): void {
  expect(toHex(data.subarray(0, 4))).toBe('00000001');
  expect(data.length).toBeLessThanOrEqual(maxBytes + 64 * 1024);
  const nalUnits = nalUnitsOfAnnexB(data);
  // Nothing is lost or changed by taking it apart: no trailing zeros, no start codes inside.
  expectSameBytes(data, joinAnnexB(nalUnits));
}

/** Without the cost of a difference of megabytes. */
function expectSameBytes(actual: Uint8Array | undefined, expected: Uint8Array): void {
  expect(actual !== undefined && Buffer.compare(actual, expected) === 0).toBe(true);
}

function sendAccessUnit(harness: ReceiverHarness, payloads: readonly Uint8Array[]): void {
  harness.timestamp += 3_000;
  for (const [i, payload] of payloads.entries()) harness.send({ payload, marker: i === payloads.length - 1 });
}

/** Entropy-coded data: no start codes, no zero at the end. */
function sliceOf(header: number, sizeBytes: number, seed: number): Uint8Array {
  const random = new SeededRandom(seed);
  const block = random.bytes(Math.min(sizeBytes, 997)).map((byte) => byte | 0x04);
  const headerBytes = header === 0x02 ? 2 : 1;
  const nalUnit = new Uint8Array(sizeBytes);
  for (let at = 0; at < sizeBytes; at += block.length) nalUnit.set(block.subarray(0, sizeBytes - at), at);
  // A slice that does not start a picture: one access unit has one that does.
  if (sizeBytes > headerBytes) nalUnit[headerBytes] = 0x57;
  nalUnit[0] = header;
  return nalUnit;
}
