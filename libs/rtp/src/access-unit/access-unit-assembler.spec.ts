/** Where access units end, and how large they may get. */
import { PPS, ReceiverHarness, SPS, type TestPacket } from '../testing-packets.ts';

const P = '419a01';
const P_LATER = '415702';
const P_LATER_STILL = '4103ff';
const IDR = '658801';
const AUD = '0910';
const SEI = '0605aa';
const T0 = 900_000;
const T1 = 903_000;
const T2 = 906_000;

describe('access unit boundaries', () => {
  const cases: {
    name: string;
    packets: TestPacket[];
    expected: { at: number; nalUnits: string[] }[];
    deviations?: string[];
  }[] = [
    {
      name: 'item 80, device 5: SPS marked, SPS and PPS with the timestamp of the previous picture (Reolink RLC-822A)',
      packets: [
        { payload: P, at: T0, marker: true },
        { payload: SPS, at: T0, marker: true },
        { payload: PPS, at: T0 },
        { payload: IDR, at: T1, marker: true },
      ],
      expected: [
        { at: T0, nalUnits: [P] },
        { at: T1, nalUnits: [SPS, PPS, IDR] },
      ],
      deviations: ['marker-on-parameter-sets'],
    },
    {
      name: 'item 80, device 5: SPS, PPS and SEI each marked (H264DVR, LV-IP22IR40DVBL; Tapo TC70, Reolink Duo 2)',
      packets: [
        { payload: SPS, at: T0, marker: true },
        { payload: PPS, at: T0, marker: true },
        { payload: SEI, at: T0, marker: true },
        { payload: IDR, at: T0, marker: true },
        { payload: P, at: T1, marker: true },
      ],
      expected: [
        { at: T0, nalUnits: [SPS, PPS, SEI, IDR] },
        { at: T1, nalUnits: [P] },
      ],
      deviations: ['marker-on-parameter-sets'],
    },
    {
      name: 'item 80, device 5: SEI marked between pictures (go2rtc#244)',
      packets: [
        { payload: P, at: T0, marker: true },
        { payload: SEI, at: T1, marker: true },
        { payload: P, at: T1, marker: true },
      ],
      expected: [
        { at: T0, nalUnits: [P] },
        { at: T1, nalUnits: [SEI, P] },
      ],
      deviations: ['marker-on-parameter-sets'],
    },
    {
      name: 'item 81, device 6: no marker, timestamp change ends; the next packet, marked itself, is out at once (FLIR M400)',
      packets: [
        { payload: P, at: T0 },
        { payload: P_LATER, at: T0 },
        { payload: P, at: T1, marker: true },
      ],
      expected: [
        { at: T0, nalUnits: [P, P_LATER] },
        { at: T1, nalUnits: [P] },
      ],
    },
    {
      name: 'item 82: several slices, marker on the last',
      packets: [
        { payload: P, at: T0 },
        { payload: P_LATER, at: T0 },
        { payload: P_LATER_STILL, at: T0, marker: true },
      ],
      expected: [{ at: T0, nalUnits: [P, P_LATER, P_LATER_STILL] }],
    },
    {
      name: 'item 82: delimiter first, the order 9, 7, 8, 6, 5 (Amcrest IP4M-1051): parameter sets behind the delimiter',
      packets: [
        { payload: AUD, at: T0 },
        { payload: SPS, at: T0 },
        { payload: PPS, at: T0 },
        { payload: SEI, at: T0 },
        { payload: IDR, at: T0, marker: true },
      ],
      expected: [{ at: T0, nalUnits: [AUD, SPS, PPS, SEI, IDR] }],
    },
    {
      name: 'item 82: SEI first',
      packets: [
        { payload: SEI, at: T0 },
        { payload: P, at: T0, marker: true },
      ],
      expected: [{ at: T0, nalUnits: [SEI, P] }],
    },
    {
      name: 'item 82, device 7: successive pictures with one timestamp (VStarcam): the marker ends them',
      packets: [
        { payload: P, at: T0, marker: true },
        { payload: P, at: T0, marker: true },
      ],
      expected: [
        { at: T0, nalUnits: [P] },
        { at: T0, nalUnits: [P] },
      ],
    },
    {
      name: 'item 82: fields with two timestamps pass as they come',
      packets: [
        { payload: P, at: T0 },
        { payload: P, at: T0 + 1_500, marker: true },
      ],
      expected: [
        { at: T0, nalUnits: [P] },
        { at: T0 + 1_500, nalUnits: [P] },
      ],
    },
  ];

  it.each(cases)('$name', ({ packets, expected, deviations = [] }) => {
    const harness = new ReceiverHarness().primed().sendAll(packets);
    const actual = harness.accessUnits.map(({ rtpTimeTicks }, i) => ({
      at: rtpTimeTicks,
      nalUnits: harness.nalUnits[i],
    }));
    expect(actual).toEqual(expected);
    expect(harness.deviations).toEqual(deviations);
  });

  it('item 80: the access unit is out with the marked packet, not with the next', () => {
    const harness = new ReceiverHarness().primed().send({ payload: P }).send({ payload: P_LATER });
    expect(harness.accessUnits).toHaveLength(0);
    harness.send({ payload: P_LATER_STILL, marker: true });
    expect(harness.accessUnits).toHaveLength(1);
    expect(harness.accessUnits[0]?.arrivalTimeUs).toBe(harness.nowUs);
  });

  it('item 80: connecting in the middle of a picture (Reolink) starts with the next one', () => {
    const harness = new ReceiverHarness().sendAll([
      { payload: '5c01aa', at: T0 },
      { payload: '5c41bb', at: T0, marker: true },
      { payload: P_LATER, at: T1, marker: true },
      { payload: P, at: T2, marker: true },
    ]);
    expect(harness.nalUnits).toEqual([[SPS, PPS, P]]);
    expect(harness.accessUnits[0]).toMatchObject({ discontinuity: true, lostPacketsBefore: 0 });
  });

  it.each([
    { name: 'delimiter', next: AUD },
    { name: 'SEI', next: SEI },
    { name: 'SPS', next: SPS },
    { name: 'first slice', next: '419aff' },
  ])(
    'item 81, device 6: neither marker nor new timestamp, ever: after 2 s a $name behind a slice starts the next one (go2rtc#675)',
    ({ next }) => {
      const harness = new ReceiverHarness();
      harness.send({ payload: P }).send({ payload: P_LATER, afterUs: 2_100_000 });
      expect(harness.accessUnits).toHaveLength(0);
      harness.send({ payload: next });
      expect(harness.nalUnits).toEqual([[SPS, PPS, P, P_LATER]]);
      expect(harness.deviations).toEqual(['marker-missing']);
    },
  );

  it('item 82: a picture that takes 3 s over a bad link is not cut at an SEI in its middle', () => {
    const harness = new ReceiverHarness().primed();
    harness.send({ payload: P }).send({ payload: SEI, afterUs: 3_000_000 }).send({ payload: P_LATER, marker: true });
    expect(harness.nalUnits).toEqual([[P, SEI, P_LATER]]);
    expect(harness.deviations).toEqual([]);
  });

  it('item 81: markers that stop coming are not waited for', () => {
    const harness = new ReceiverHarness().primed();
    for (let i = 1; i <= 3; i++) harness.send({ payload: P, at: T0 + 3_000 * i, afterUs: 1_000_000 });
    harness.send({ payload: AUD });
    expect(harness.accessUnits).toHaveLength(3);
  });

  it('item 81: what is left at the end of the stream comes out flagged', () => {
    const harness = new ReceiverHarness().primed().send({ payload: P });
    harness.receiver.flush();
    expect(harness.nalUnits).toEqual([[P]]);
    expect(harness.accessUnits[0]?.isDamaged).toBe(true);
    harness.receiver.flush();
    expect(harness.accessUnits).toHaveLength(1);
  });
});

describe('limits', () => {
  it('item 91: an access unit over the size limit is dropped, the next is clean', () => {
    const harness = new ReceiverHarness({}, { accessUnitBytes: 100_000 });
    harness.send({ payload: '7c8588' });
    for (let i = 0; i < 200; i++) harness.send({ payload: `7c05${'aa'.repeat(1_000)}` });
    harness.send({ payload: '7c45bb', marker: true });
    harness.send({ payload: P, at: T1, marker: true });
    expect(harness.nalUnits).toEqual([[SPS, PPS, P]]);
    expect(harness.faults).toMatchObject({ 'access-unit-too-large': 1 });
  });

  it('item 91: too many NAL units', () => {
    const harness = new ReceiverHarness({}, { nalUnitsPerAccessUnit: 10 });
    for (let i = 0; i < 20; i++) harness.send({ payload: SEI });
    harness.send({ payload: P, marker: true }).send({ payload: P, at: T1, marker: true });
    expect(harness.accessUnits).toHaveLength(1);
    expect(harness.faults).toMatchObject({ 'too-many-nal-units': 1 });
  });

  it('item 91, device 6: 100 MB without marker or new timestamp (go2rtc#675) stay within the limit', () => {
    const harness = new ReceiverHarness();
    const slice = Buffer.alloc(60_000, 0xaa);
    slice.set([0x41, 0x57]);
    harness.send({ payload: P });
    for (let i = 0; i < 1_700; i++) harness.send({ payload: slice, afterUs: 10 });
    expect(harness.accessUnits).toHaveLength(0);
    expect(harness.faults).toEqual({ 'access-unit-too-large': 1 });
    harness.send({ payload: P, at: T1, marker: true });
    expect(harness.accessUnits).toHaveLength(1);
  });
});
