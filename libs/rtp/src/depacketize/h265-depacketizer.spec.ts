/** RFC 7798 payloads as cameras send them, end to end. */
import { hexToBytes, ReceiverHarness, type TestPacket } from '../testing-packets.ts';

const VPS = '40010c01ffff016000000300900000030000030078959809';
/** 1920×1080. */
const SPS = '420101016000000300900000030000030078a003c08010e596566924caf0168080000003008000000c84';
const PPS = '4401c172b46240';
const IDR = '2801af1d';
const CRA = '2a01af1d';
/** Trailing picture: first slice segment, and a later one. */
const P = '0201d011';
const P_LATER = '02014011';
const SEI = '4e0105aa';

describe('H.265 depacketizing', () => {
  const cases: {
    name: string;
    packets: TestPacket[];
    nalUnits: string[][];
    deviations?: string[];
    faults?: Record<string, number>;
  }[] = [
    { name: 'item 92: single NAL unit packet', packets: [{ payload: P, marker: true }], nalUnits: [[P]] },
    {
      name: 'item 92: aggregation packet (RFC 7798 §4.4.2)',
      packets: [{ payload: `6001 0004${SEI} 0004${P}`, marker: true }],
      nalUnits: [[SEI, P]],
    },
    {
      name: 'item 92: aggregation packet with padding',
      packets: [{ payload: `6001 0004${P} 0000`, marker: true }],
      nalUnits: [[P]],
    },
    {
      name: 'item 92: aggregation packet whose last unit is cut off keeps the good ones',
      packets: [{ payload: `6001 0004${P} 0009 4e01`, marker: true }],
      nalUnits: [[P]],
      faults: { 'aggregate-past-end': 1 },
    },
    {
      name: 'item 92: fragmentation units (§4.4.3)',
      packets: [{ payload: '620181d0' }, { payload: '62010111' }, { payload: '62014122', marker: true }],
      nalUnits: [['0201d01122']],
    },
    {
      name: 'item 92: start and end in one fragment (OpenIPC)',
      packets: [{ payload: '6201c1d011', marker: true }],
      nalUnits: [[P]],
      deviations: ['fragment-start-and-end'],
    },
    {
      name: 'item 92: timestamp change ends an access unit',
      packets: [{ payload: P, at: 900_000 }, { payload: P_LATER }, { payload: P, at: 903_000, marker: true }],
      nalUnits: [[P, P_LATER], [P]],
    },
    {
      name: 'item 92: SPS and PPS marked do not end an access unit',
      packets: [
        { payload: SPS, marker: true },
        { payload: PPS, marker: true },
        { payload: IDR, at: 903_000, marker: true },
      ],
      nalUnits: [[VPS, SPS, PPS, IDR]],
      deviations: ['marker-on-parameter-sets'],
    },
    {
      name: 'item 92: start codes inside the payload',
      packets: [{ payload: `${SEI} 000001 ${P}`, marker: true }],
      nalUnits: [[SEI, P]],
      deviations: ['start-code-in-payload'],
    },
    {
      name: 'item 92: PACI is not supported: its picture is dropped, the next is clean',
      packets: [
        { payload: '640100', marker: true },
        { payload: P, at: 903_000, marker: true },
      ],
      nalUnits: [[P]],
      faults: { 'payload-type-unsupported': 1 },
    },
    {
      name: 'item 92: loss in a fragmentation unit drops the picture',
      packets: [
        { payload: '620181d0' },
        { payload: '62014122', lost: 1, marker: true },
        { payload: P, at: 903_000, marker: true },
      ],
      nalUnits: [[P]],
      faults: { 'fragment-cut-by-loss': 1, 'fragment-without-start': 1 },
    },
    {
      name: 'item 92: one byte of payload',
      packets: [{ payload: '62' }, { payload: P, marker: true }],
      nalUnits: [[P]],
      faults: { 'payload-too-short': 1 },
    },
  ];

  it.each(cases)('$name', ({ packets, nalUnits, deviations = [], faults = {} }) => {
    const harness = h265Harness([VPS, SPS, PPS]);
    harness.send({ payload: IDR, at: 897_000, marker: true });
    harness.accessUnits.length = 0;
    harness.timestamp = 900_000;
    harness.sendAll(packets);
    expect(harness.nalUnits).toEqual(nalUnits);
    expect(harness.deviations).toEqual(deviations);
    expect(harness.faults).toEqual(faults);
  });

  it.each([
    { name: 'IDR', payload: IDR, isKeyframe: true },
    { name: 'CRA', payload: CRA, isKeyframe: true },
    { name: 'trailing picture', payload: P, isKeyframe: false },
  ])('item 86: $name: random access $isKeyframe', ({ payload, isKeyframe }) => {
    const harness = h265Harness([VPS, SPS, PPS]).send({ payload, marker: true });
    expect(harness.accessUnits[0]).toMatchObject({ codec: 'h265', isKeyframe, width: 1920, height: 1080 });
  });

  it('item 92: parameter sets in band only', () => {
    const harness = h265Harness([]).sendAll([
      { payload: VPS },
      { payload: SPS },
      { payload: PPS },
      { payload: IDR, marker: true },
    ]);
    expect(harness.nalUnits).toEqual([[VPS, SPS, PPS, IDR]]);
  });

  it.each([
    { name: 'SPS of the SDP', sdp: [VPS, '4201ff', PPS], inBand: [], expected: [VPS, '4201ff', PPS] },
    { name: 'SPS in band', sdp: [], inBand: [VPS, '4201ff', PPS], expected: [VPS, '4201ff', PPS] },
    { name: 'PPS in band', sdp: [], inBand: [VPS, SPS, '440100ff'], expected: [VPS, SPS, '440100ff'] },
    { name: 'no VPS at all (go2rtc#1588)', sdp: [SPS, PPS], inBand: [], expected: [SPS, PPS] },
  ])('item 93: $name cannot be read: pictures are delivered all the same', ({ sdp, inBand, expected }) => {
    const harness = h265Harness(sdp);
    for (const payload of inBand) harness.send({ payload });
    harness.send({ payload: IDR, marker: true });
    expect(harness.nalUnits).toEqual([[...expected, IDR]]);
  });

  it('item 92: decoding order numbers are told, once', () => {
    const harness = new ReceiverHarness({ codec: 'h265', maxDonDiff: 1 }).send({ payload: P }).send({ payload: P });
    expect(harness.deviations).toEqual(['donl-unsupported']);
  });
});

function h265Harness(parameterSets: readonly string[]): ReceiverHarness {
  return new ReceiverHarness({ codec: 'h265', parameterSets: parameterSets.map(hexToBytes) });
}
