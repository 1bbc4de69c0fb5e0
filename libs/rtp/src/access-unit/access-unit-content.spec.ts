/** What access units carry, and what loss does to them. */
import { PPS, ReceiverHarness, SMALL_SPS, SPS } from '../testing-packets.ts';

const P = '419a01';
const P_LATER = '415702';
const P_LATER_STILL = '4103ff';
const IDR = '658801';
const RECOVERY_POINT = '060601c480';
const SLOW_RECOVERY = '0606012180';
const T0 = 900_000;
const T1 = 903_000;
const T2 = 906_000;

describe('loss', () => {
  it.each([
    {
      name: 'between pictures',
      packets: [
        { payload: P, at: T0, marker: true },
        { payload: P, at: T1, marker: true, lost: 3 },
      ],
      expected: [
        { at: T0, lost: 0 },
        { at: T1, lost: 3 },
      ],
    },
    {
      name: 'in the middle of a picture',
      packets: [
        { payload: P, at: T0 },
        { payload: P_LATER_STILL, at: T0, marker: true, lost: 1 },
        { payload: P, at: T1, marker: true },
      ],
      expected: [{ at: T1, lost: 1 }],
    },
    {
      name: 'of the end of one picture and the start of the next',
      packets: [
        { payload: P, at: T0 },
        { payload: P_LATER, at: T1, marker: true, lost: 2 },
        { payload: P, at: T2, marker: true },
      ],
      expected: [{ at: T2, lost: 2 }],
    },
    {
      name: 'of the end only: the next picture is whole',
      packets: [
        { payload: P, at: T0 },
        { payload: P, at: T1, marker: true, lost: 1 },
      ],
      expected: [{ at: T1, lost: 1 }],
    },
    {
      name: 'of the first slice only',
      packets: [
        { payload: P, at: T0, marker: true },
        { payload: P_LATER, at: T1, marker: true, lost: 1 },
        { payload: P, at: T2, marker: true, lost: 2 },
      ],
      expected: [
        { at: T0, lost: 0 },
        { at: T2, lost: 3 },
      ],
    },
    {
      name: 'across the sequence wrap',
      firstSequenceNumber: 65_533,
      packets: [
        { payload: P, at: T0, marker: true },
        { payload: P, at: T1, marker: true, lost: 2 },
      ],
      expected: [
        { at: T0, lost: 0 },
        { at: T1, lost: 2 },
      ],
    },
  ])(
    'item 84: $name: nothing damaged comes out, the count is exact',
    ({ packets, expected, firstSequenceNumber = 100 }) => {
      const harness = new ReceiverHarness();
      harness.sequenceNumber = firstSequenceNumber;
      harness.primed().sendAll(packets);
      expect(
        harness.accessUnits.map(({ rtpTimeTicks, lostPacketsBefore }) => ({
          at: rtpTimeTicks,
          lost: lostPacketsBefore,
        })),
      ).toEqual(expected);
      expect(harness.accessUnits.some(({ isDamaged }) => isDamaged)).toBe(false);
    },
  );

  it('item 85, device 36: after loss whole pictures go on at once: with intra refresh no keyframe would come', () => {
    const harness = new ReceiverHarness().primed().sendAll([
      { payload: P, at: T0, marker: true },
      { payload: P, at: T1, marker: true, lost: 1 },
      { payload: P, at: T2, marker: true },
    ]);
    expect(harness.accessUnits.map(({ rtpTimeTicks, isKeyframe }) => [rtpTimeTicks, isKeyframe])).toEqual([
      [T0, false],
      [T1, false],
      [T2, false],
    ]);
    expect(harness.receiver.stats().droppedAccessUnits).toBe(0);
  });
});

describe('keyframes', () => {
  it.each([
    { name: 'IDR', payloads: [IDR], isKeyframe: true },
    { name: 'P', payloads: [P], isKeyframe: false },
    { name: 'recovery point with recovery_frame_cnt 0 (device 36)', payloads: [RECOVERY_POINT, P], isKeyframe: true },
    { name: 'recovery point three frames on', payloads: [SLOW_RECOVERY, P], isKeyframe: false },
    { name: 'I slice alone', payloads: ['419b01'.replace('9b', 'b8')], isKeyframe: false },
  ])('item 86: $name', ({ payloads, isKeyframe }) => {
    const harness = new ReceiverHarness().primed();
    for (const [i, payload] of payloads.entries()) harness.send({ payload, marker: i === payloads.length - 1 });
    expect(harness.accessUnits[0]?.isKeyframe).toBe(isKeyframe);
    harness.send({ payload: P, at: T1, marker: true });
    expect(harness.nalUnits[1]).toEqual([P]);
  });
});

describe('parameter sets', () => {
  it('item 87: a change is told before the access unit that uses it; repeats are silent', () => {
    const harness = new ReceiverHarness().sendAll([
      { payload: SPS, at: T0 },
      { payload: PPS, at: T0 },
      { payload: IDR, at: T0, marker: true },
      { payload: SPS, at: T1 },
      { payload: PPS, at: T1 },
      { payload: IDR, at: T1, marker: true },
      { payload: SMALL_SPS, at: T2 },
      { payload: PPS, at: T2 },
      { payload: IDR, at: T2, marker: true },
    ]);
    expect(harness.log).toEqual([
      'access unit 640x360',
      'access unit 640x360',
      'parameters-changed',
      'access unit 768x432',
    ]);
    expect(harness.events).toEqual([{ type: 'parameters-changed', width: 768, height: 432 }]);
    expect(harness.nalUnits[2]).toEqual([SMALL_SPS, PPS, IDR]);
  });

  it('item 87, device 28: outdated sets of the SDP give way to those in the stream', () => {
    const harness = new ReceiverHarness().sendAll([
      { payload: SMALL_SPS },
      { payload: PPS },
      { payload: IDR, marker: true },
    ]);
    expect(harness.accessUnits[0]).toMatchObject({ width: 768, height: 432 });
    expect(harness.nalUnits[0]).toEqual([SMALL_SPS, PPS, IDR]);
    expect(harness.events).toEqual([]);
  });

  it('item 87: several PPS are kept by id', () => {
    const secondPps = '6850';
    const harness = new ReceiverHarness().sendAll([{ payload: secondPps }, { payload: IDR, marker: true }]);
    expect(harness.nalUnits[0]).toEqual([SPS, PPS, secondPps, IDR]);
  });

  it('item 87: an SPS that cannot be read is passed on, the size unknown', () => {
    const harness = new ReceiverHarness({ parameterSets: [] }).sendAll([
      { payload: '67ff' },
      { payload: PPS },
      { payload: IDR, marker: true },
    ]);
    expect(harness.nalUnits[0]).toEqual(['67ff', PPS, IDR]);
    expect(harness.accessUnits[0]).toMatchObject({ width: 0, height: 0 });
  });

  it('item 88: none in SDP or stream: no pictures, and one warning after 10 s', () => {
    const harness = new ReceiverHarness({ parameterSets: [] });
    harness.send({ payload: IDR, marker: true });
    harness.receiver.tick(harness.nowUs + 9_999_000);
    expect(harness.events).toEqual([]);
    harness.receiver.tick(harness.nowUs + 10_000_000);
    harness.receiver.tick(harness.nowUs + 20_000_000);
    expect(harness.deviations).toEqual(['no-parameter-sets']);
    expect(harness.accessUnits).toHaveLength(0);
    harness.sendAll([
      { payload: SPS, at: T1 },
      { payload: PPS, at: T1 },
      { payload: IDR, at: T1, marker: true },
    ]);
    expect(harness.accessUnits).toHaveLength(1);
  });

  it('item 89: each keyframe has all sets in front, also those that were not repeated', () => {
    const harness = new ReceiverHarness().sendAll([
      { payload: SPS, at: T0 },
      { payload: PPS, at: T0 },
      { payload: IDR, at: T0, marker: true },
      { payload: SPS, at: T1 },
      { payload: IDR, at: T1, marker: true },
    ]);
    expect(harness.nalUnits).toEqual([
      [SPS, PPS, IDR],
      [SPS, PPS, IDR],
    ]);
  });

  it('item 89: a set that changes between keyframes stands in front of the picture that follows', () => {
    const changedPps = '68cb83cb20';
    const harness = new ReceiverHarness().sendAll([
      { payload: IDR, at: T0, marker: true },
      { payload: changedPps, at: T1 },
      { payload: P, at: T1, marker: true },
    ]);
    expect(harness.nalUnits[1]).toEqual([SPS, changedPps, P]);
  });
});
