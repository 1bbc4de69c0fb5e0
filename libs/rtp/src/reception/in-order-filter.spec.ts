import { InOrderFilter } from './in-order-filter.ts';
import { PayloadTypeFilter } from './payload-type-filter.ts';
import { SsrcTracker } from './ssrc-tracker.ts';

describe('InOrderFilter', () => {
  it.each([
    { name: 'in order', sequence: [10, 11, 12], outcomes: ['next', 'next', 'next'] },
    { name: 'over the wrap', sequence: [65_535, 0, 1], outcomes: ['next', 'next', 'next'] },
    { name: 'repeated', sequence: [10, 10, 11], outcomes: ['next', 'late', 'next'] },
    { name: 'late', sequence: [10, 11, 13, 12, 14], outcomes: ['next', 'next', 'next 1', 'late', 'next'] },
    { name: 'a gap, counted', sequence: [10, 15], outcomes: ['next', 'next 4'] },
    { name: 'a gap over the wrap', sequence: [65_533, 2], outcomes: ['next', 'next 4'] },
    { name: 'a large gap', sequence: [0, 32_768], outcomes: ['next', 'next 32767'] },
    {
      name: 'three that follow each other: counting anew',
      sequence: [30_000, 5, 6, 7, 8],
      outcomes: ['next', 'late', 'late', 'restarted', 'next'],
    },
    {
      name: 'late ones that do not follow each other',
      sequence: [30_000, 5, 7, 9, 30_001],
      outcomes: ['next', 'late', 'late', 'late', 'next'],
    },
    {
      name: 'the same late one again and again',
      sequence: [30_000, 5, 5, 5, 5],
      outcomes: ['next', 'late', 'late', 'late', 'late'],
    },
  ])('item 69: $name', ({ sequence, outcomes }) => {
    const filter = new InOrderFilter();
    const seen = sequence.map((sequenceNumber) => {
      const { outcome, lostPackets } = filter.push(sequenceNumber);
      return lostPackets === 0 ? outcome : `${outcome} ${lostPackets}`;
    });
    expect(seen).toEqual(outcomes);
  });
});

describe('SsrcTracker', () => {
  const run = (packets: [ssrc: number, sequenceNumber: number, ms?: number][]) => {
    const tracker = new SsrcTracker();
    return packets.map(([ssrc, sequenceNumber, ms = 0]) => tracker.push(ssrc, sequenceNumber, ms * 1_000));
  };

  it('item 70: a change is taken over at once (Uniview changes at each GOP, gortsplib#687; device 12)', () => {
    expect(
      run([
        [1, 10],
        [1, 11],
        [2, 500],
        [2, 501],
        [3, 12],
      ]),
    ).toEqual(['first', 'same', 'changed', 'same', 'changed']);
  });

  it('item 71: of two that alternate the former is kept (stale live555 session, moonfire#144; device 1)', () => {
    expect(
      run([
        [1, 10],
        [2, 500],
        [1, 11],
        [2, 501],
        [1, 12],
        [2, 502],
        [1, 13],
      ]),
    ).toEqual(['first', 'changed', 'changed', 'foreign', 'same', 'foreign', 'same']);
  });

  it('item 71: of two that alternate the one that SETUP announced is kept', () => {
    const tracker = new SsrcTracker();
    tracker.expectedSsrc = 2;
    const verdicts = [
      [1, 10],
      [2, 500],
      [1, 11],
      [2, 501],
      [1, 12],
      [2, 502],
    ].map(([ssrc = 0, sequenceNumber = 0], index) => tracker.push(ssrc, sequenceNumber, index * 10_000));
    expect(verdicts).toEqual(['first', 'changed', 'foreign', 'same', 'foreign', 'same']);
  });

  it('item 71: an announced SSRC that never comes changes nothing', () => {
    const tracker = new SsrcTracker();
    tracker.expectedSsrc = 9;
    expect([tracker.push(1, 10, 0), tracker.push(2, 500, 10), tracker.push(1, 11, 20)]).toEqual([
      'first',
      'changed',
      'changed',
    ]);
  });

  it('item 71: the other is taken once the former has been silent for 2 s', () => {
    expect(
      run([
        [1, 10],
        [2, 500],
        [1, 11],
        [2, 501, 100],
        [2, 600, 2_101],
      ]),
    ).toEqual(['first', 'changed', 'changed', 'foreign', 'changed']);
  });

  it('item 71: a former SSRC that does not continue is a new source', () => {
    expect(
      run([
        [1, 10],
        [2, 500],
        [1, 30_000],
        [2, 501],
      ]),
    ).toEqual(['first', 'changed', 'changed', 'changed']);
  });
});

describe('PayloadTypeFilter', () => {
  it('item 65: types that are not of the m= line are dropped (Geovision GV-EBD4701 sends type 50; device 11)', () => {
    const filter = new PayloadTypeFilter([96]);
    expect([96, 50, 96, 50].map((type) => filter.push(type))).toEqual(['accepted', 'dropped', 'accepted', 'dropped']);
    for (let i = 0; i < 100; i++) expect(filter.push(50)).toBe('dropped');
  });

  it('item 65: one wrong type throughout is adopted after 50 packets (mediamtx#5819)', () => {
    const filter = new PayloadTypeFilter([96]);
    const verdicts = Array.from({ length: 51 }, () => filter.push(97));
    expect(verdicts.slice(48)).toEqual(['dropped', 'adopted', 'accepted']);
  });

  it('item 65: several wrong types are not', () => {
    const filter = new PayloadTypeFilter([96]);
    for (let i = 0; i < 200; i++) expect(filter.push(97 + (i % 2))).toBe('dropped');
  });
});
