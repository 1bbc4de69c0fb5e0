import { ReceiverStatistics } from './receiver-statistics.ts';

const SSRC = 0x11223344;

describe('ReceiverStatistics (RFC 3550 A.3, A.8)', () => {
  it.each([
    {
      name: 'nothing lost',
      sequence: [10, 11, 12],
      expected: { extendedHighestSequence: 12, cumulativeLost: 0, fractionLost: 0 },
    },
    {
      name: 'one of four lost',
      sequence: [10, 11, 13],
      expected: { extendedHighestSequence: 13, cumulativeLost: 1, fractionLost: 64 },
    },
    {
      name: 'a wrap',
      sequence: [65_534, 65_535, 0, 1],
      expected: { extendedHighestSequence: 65_537, cumulativeLost: 0, fractionLost: 0 },
    },
    {
      name: 'loss across a wrap',
      sequence: [65_534, 1],
      expected: { extendedHighestSequence: 65_537, cumulativeLost: 2, fractionLost: 128 },
    },
    {
      name: 'a repeated packet counts against loss',
      sequence: [10, 11, 11],
      expected: { extendedHighestSequence: 11, cumulativeLost: -1, fractionLost: 0 },
    },
    {
      name: 'reordering is no loss',
      sequence: [10, 12, 11],
      expected: { extendedHighestSequence: 12, cumulativeLost: 0, fractionLost: 0 },
    },
  ])('item 62: $name', ({ sequence, expected }) => {
    const statistics = new ReceiverStatistics(90_000);
    for (const sequenceNumber of sequence) statistics.received({ ssrc: SSRC, sequenceNumber, rtpTimestamp: 0 }, 0);
    expect(statistics.report(0)).toMatchObject({ ssrc: SSRC, ...expected });
  });

  it('item 62: fraction lost is of the interval, cumulative of all', () => {
    const statistics = new ReceiverStatistics(90_000);
    for (const sequenceNumber of [0, 2]) statistics.received({ ssrc: SSRC, sequenceNumber, rtpTimestamp: 0 }, 0);
    expect(statistics.report(0)).toMatchObject({ fractionLost: 85, cumulativeLost: 1 });
    for (const sequenceNumber of [3, 4]) statistics.received({ ssrc: SSRC, sequenceNumber, rtpTimestamp: 0 }, 0);
    expect(statistics.report(0)).toMatchObject({ fractionLost: 0, cumulativeLost: 1 });
  });

  it('item 62: jitter grows by a sixteenth of each deviation', () => {
    const statistics = new ReceiverStatistics(90_000);
    statistics.received({ ssrc: SSRC, sequenceNumber: 0, rtpTimestamp: 0 }, 0);
    // 20 ms late: 1800 ticks.
    statistics.received({ ssrc: SSRC, sequenceNumber: 1, rtpTimestamp: 3_000 }, 53_333);
    expect(statistics.report(0)?.jitterTicks).toBe(112);
    expect(Math.round(statistics.jitterUs)).toBe(1_250);
  });

  it('item 62: LSR is the middle of the NTP time, DLSR in 1/65536 s', () => {
    const statistics = new ReceiverStatistics(90_000);
    statistics.received({ ssrc: SSRC, sequenceNumber: 0, rtpTimestamp: 0 }, 0);
    expect(statistics.report(0)).toMatchObject({ lastSenderReport: 0, delaySinceLastSenderReport: 0 });
    statistics.senderReport({ seconds: 0xe8fd_2a00, fraction: 0x8000_0000 }, 1_000_000);
    expect(statistics.report(6_250_000)).toMatchObject({
      lastSenderReport: 0x2a00_8000,
      delaySinceLastSenderReport: 344_064,
    });
  });

  it('item 70: another source counts from its first packet', () => {
    const statistics = new ReceiverStatistics(90_000);
    statistics.received({ ssrc: SSRC, sequenceNumber: 0, rtpTimestamp: 0 }, 0);
    statistics.received({ ssrc: 5, sequenceNumber: 30_000, rtpTimestamp: 0 }, 0);
    expect(statistics.report(0)).toMatchObject({ ssrc: 5, cumulativeLost: 0, extendedHighestSequence: 30_000 });
  });

  it('item 62: nothing to report before the first packet', () => {
    expect(new ReceiverStatistics(90_000).report(0)).toBeUndefined();
  });
});
