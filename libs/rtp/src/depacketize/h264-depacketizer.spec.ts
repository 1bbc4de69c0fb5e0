/** RFC 6184 payloads as cameras send them, end to end: packets in, access units out. */
import { PPS, ReceiverHarness, SPS, type TestPacket } from '../testing-packets.ts';

/** A slice of a P picture from macroblock 0, and one from a later macroblock. */
const P = '419a01';
const P_LATER = '415702';
const IDR = '658801';

interface Case {
  readonly name: string;
  readonly packets: readonly TestPacket[];
  /** NAL units of each access unit; parameter sets in front of keyframes left out. */
  readonly nalUnits: readonly (readonly string[])[];
  readonly deviations?: readonly string[];
  readonly faults?: Readonly<Record<string, number>>;
}

const cases: Case[] = [
  {
    name: 'item 77: single NAL unit packet (RFC 6184 §5.6)',
    packets: [{ payload: P, marker: true }],
    nalUnits: [[P]],
  },
  {
    name: 'item 77: STAP-A (§5.7.1)',
    packets: [{ payload: `78 0003${P} 0003${P_LATER}`, marker: true }],
    nalUnits: [[P, P_LATER]],
  },
  {
    name: 'item 77: FU-A in three fragments (§5.8)',
    packets: [{ payload: '5c819aaa' }, { payload: '5c01bb' }, { payload: '5c41cc', marker: true }],
    nalUnits: [['419aaabbcc']],
  },
  {
    name: 'item 78: STAP-A with zero padding',
    packets: [{ payload: `78 0003${P} 0000 00`, marker: true }],
    nalUnits: [[P]],
  },
  {
    name: 'item 78: STAP-A whose last unit, an SEI, is cut off',
    packets: [{ payload: `78 0003${P} 0009 0605`, marker: true }],
    nalUnits: [[P]],
    faults: { 'stap-a-past-end': 1 },
  },
  {
    name: 'item 78: STAP-A whose last unit, a slice, is cut off: the picture is incomplete',
    packets: [
      { payload: `78 0003${P} 0009 4157`, marker: true },
      { payload: P, at: 903_000, marker: true },
    ],
    nalUnits: [[P]],
    faults: { 'stap-a-past-end': 1 },
  },
  {
    name: 'item 79, device 9: FU-A with start and end set (OpenIPC, CostarHD)',
    packets: [{ payload: '5cc19aaa', marker: true }],
    nalUnits: [['419aaa']],
    deviations: ['fragment-start-and-end'],
  },
  {
    name: 'item 79: FU-A start without end, then a next start: the old is dropped',
    packets: [
      { payload: '5c819aaa' },
      { payload: '5c819abb' },
      { payload: '5c41cc', marker: true },
      { payload: P, at: 903_000, marker: true },
    ],
    nalUnits: [[P]],
    faults: { 'fragment-end-missing': 1 },
  },
  {
    name: 'item 79: FU-A start without end, then a single NAL unit: the old is dropped',
    packets: [{ payload: '5c819aaa' }, { payload: P, marker: true }, { payload: P, at: 903_000, marker: true }],
    nalUnits: [[P]],
    faults: { 'fragment-end-missing': 1 },
  },
  {
    name: 'item 79: FU-A without start is skipped, and so is its picture',
    packets: [{ payload: '5c01aa' }, { payload: '5c41bb', marker: true }, { payload: P, at: 903_000, marker: true }],
    nalUnits: [[P]],
    faults: { 'fragment-without-start': 2 },
  },
  {
    name: 'item 79: marker without the end bit, nothing lost: the NAL unit and the picture are whole',
    packets: [{ payload: '5c819aaa' }, { payload: '5c01bb', marker: true }],
    nalUnits: [['419aaabb']],
    deviations: ['fragment-end-missing'],
  },
  {
    name: 'item 79: timestamp changes before the end bit: the old is dropped, the new packet used',
    packets: [{ payload: '5c819aaa' }, { payload: P, at: 903_000, marker: true }],
    nalUnits: [[P]],
    faults: { 'fragment-end-missing': 1 },
  },
  {
    name: 'item 79: gap inside an FU-A: the picture is dropped',
    packets: [
      { payload: '5c819aaa' },
      { payload: '5c41bb', lost: 1, marker: true },
      { payload: P, at: 903_000, marker: true },
    ],
    nalUnits: [[P]],
    faults: { 'fragment-cut-by-loss': 1, 'fragment-without-start': 1 },
  },
  {
    name: 'item 79, device 10: reserved bit of the FU header set (Longse CMSEKL800, HeroSpeed)',
    packets: [{ payload: '5ca19aaa' }, { payload: '5c61bb', marker: true }],
    nalUnits: [['419aaabb']],
  },
  {
    name: 'item 79, device 10: NAL unit type differs in later fragments (Tiandy): the first counts',
    packets: [{ payload: '7c8588aa' }, { payload: '7c01bb' }, { payload: '7c41cc', marker: true }],
    nalUnits: [['6588aabbcc']],
    deviations: ['fragment-type-changed'],
  },
  {
    name: 'item 79: NRI differs in later fragments: the first counts',
    packets: [{ payload: '5c819aaa' }, { payload: '1c41bb', marker: true }],
    nalUnits: [['419aaabb']],
  },
  {
    name: 'item 79, device 10: empty fragments in every place (retina#115)',
    packets: [
      { payload: '5c81' },
      { payload: '5c019a' },
      { payload: '5c01' },
      { payload: '5c01aa' },
      { payload: '5c41', marker: true },
    ],
    nalUnits: [['419aaa']],
  },
  {
    name: 'item 79: FU-A without an FU header',
    packets: [
      { payload: '5c', marker: true },
      { payload: P, at: 903_000, marker: true },
    ],
    nalUnits: [[P]],
    faults: { 'fragment-too-short': 1 },
  },
  {
    name: 'item 83, device 8: start codes of three and four bytes in a single NAL unit packet (V380)',
    packets: [{ payload: `0605aa 00000001 ${P} 000001 ${P_LATER}`, marker: true }],
    nalUnits: [['0605aa', P, P_LATER]],
    deviations: ['start-code-in-payload'],
  },
  {
    name: 'item 83, device 8: a payload that begins with a start code (macro-video)',
    packets: [{ payload: `00000001 ${P} 000001 ${P_LATER}`, marker: true }],
    nalUnits: [[P, P_LATER]],
    deviations: ['start-code-in-payload'],
  },
  {
    name: 'item 83, device 8: trailing zeros',
    packets: [{ payload: `${P} 0000`, marker: true }],
    nalUnits: [[P]],
  },
  {
    name: 'item 83, device 8: parameter sets and a keyframe glued with start codes',
    packets: [{ payload: `${SPS} 00000001 ${PPS} 00000001 ${IDR}`, marker: true }],
    nalUnits: [[IDR]],
    deviations: ['start-code-in-payload'],
  },
  {
    name: 'item 83, device 8: emulation prevention stays as it is',
    packets: [{ payload: '419a 000003 01', marker: true }],
    nalUnits: [['419a00000301']],
  },
  {
    name: 'item 90: F bit set: the NAL unit and its picture are dropped, the next is clean',
    packets: [
      { payload: `c19a01`, marker: true },
      { payload: P, at: 903_000, marker: true },
    ],
    nalUnits: [[P]],
    faults: { 'nal-unit-forbidden-bit': 1 },
  },
  ...['19', '1a', '1b', '1d'].map((type) => ({
    name: `item 90: interleaved mode, type 0x${type}: the picture is incomplete, the next is clean`,
    packets: [{ payload: P }, { payload: `${type}000000`, marker: true }, { payload: P, at: 903_000, marker: true }],
    nalUnits: [[P]],
    faults: { 'payload-type-unsupported': 1 },
  })),
  ...['00', '1e', '1f'].map((type) => ({
    name: `item 90: reserved type 0x${type} is dropped, the picture stays`,
    packets: [{ payload: P }, { payload: `${type}aabbcc`, marker: true }],
    nalUnits: [[P]],
    faults: { 'nal-unit-type-reserved': 1 },
  })),
  {
    name: 'item 90: empty payload (retina#122); its marker counts',
    packets: [{ payload: P }, { payload: '', marker: true }],
    nalUnits: [[P]],
    faults: { 'payload-empty': 1 },
  },
  {
    name: 'item 77: filler data is left out',
    packets: [{ payload: P }, { payload: '0cffffff80', marker: true }],
    nalUnits: [[P]],
  },
];

describe('H.264 depacketizing', () => {
  it.each(cases)('$name', ({ packets, nalUnits, deviations = [], faults = {} }) => {
    const harness = new ReceiverHarness().sendAll(packets);
    expect(withoutParameterSets(harness.nalUnits)).toEqual(nalUnits);
    expect(harness.deviations).toEqual(deviations);
    expect(harness.faults).toEqual(faults);
  });

  const NAL_UNITS = `659aaa 00000001 ${P_LATER} 000001 0605bb`.replaceAll(' ', '');
  const contentBytes = NAL_UNITS.length / 2 - 1;
  it.each(Array.from({ length: contentBytes - 1 }, (_, i) => i + 1))(
    'item 83, device 8: start codes inside an FU-A cut after byte %i (Amatek AR-N3222F)',
    (cut) => {
      const content = NAL_UNITS.slice(2);
      const harness = new ReceiverHarness().sendAll([
        { payload: `7c85${content.slice(0, 2 * cut)}` },
        { payload: `7c45${content.slice(2 * cut)}`, marker: true },
      ]);
      expect(withoutParameterSets(harness.nalUnits)).toEqual([['659aaa', P_LATER, '0605bb']]);
    },
  );

  it('item 77, device 29: declared packetization mode is not needed: FU-A, STAP-A and single packets mix', () => {
    const harness = new ReceiverHarness().sendAll([
      { payload: `78 001a${SPS} 0006${PPS}` },
      { payload: '7c8588aa' },
      { payload: '7c45bb' },
      { payload: P_LATER, marker: true },
    ]);
    expect(harness.nalUnits).toEqual([[SPS, PPS, '6588aabb', P_LATER]]);
  });
});

function withoutParameterSets(accessUnits: readonly (readonly string[])[]): string[][] {
  return accessUnits.map((nalUnits) => nalUnits.filter((nalUnit) => nalUnit !== SPS && nalUnit !== PPS));
}
