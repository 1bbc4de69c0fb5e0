import { SenderReportFilter } from '../reception/sender-report-filter.ts';
import { ntpToUnixUs } from '../rtcp/ntp-time.ts';
import { SenderReportClock } from './sender-report-clock.ts';

/** 2023-11-14T22:13:20Z. */
const UNIX_S = 1_700_000_000;
const NTP_S = UNIX_S + 2_208_988_800;
const NOW_US = UNIX_S * 1e6;

describe('SenderReportClock', () => {
  it.each([
    { name: 'at the report', report: 90_000, at: 90_000, ms: 0 },
    { name: 'a second after', report: 90_000, at: 180_000, ms: 1_000 },
    { name: 'half a second before', report: 90_000, at: 45_000, ms: -500 },
    { name: 'after, over the wrap', report: 2 ** 32 - 45_000, at: 45_000, ms: 1_000 },
    { name: 'before, over the wrap', report: 45_000, at: 2 ** 32 - 45_000, ms: -1_000 },
    { name: 'one tick', report: 0, at: 1, ms: 0.011 },
    { name: 'an hour after', report: 0, at: 324_000_000, ms: 3_600_000 },
  ])('item 74: $name', ({ report, at, ms }) => {
    const clock = new SenderReportClock(90_000);
    clock.update({ ntp: { seconds: NTP_S, fraction: 0x8000_0000 }, rtpTimestamp: report }, NOW_US);
    expect(clock.captureTimeUs(at, NOW_US)).toBe(NOW_US + 500_000 + ms * 1_000);
  });

  it.each([
    { name: 'zero', seconds: 0 },
    { name: 'seconds since power-on', seconds: 3_600 },
    { name: '1970', seconds: 2_208_988_800 + 60 },
  ])('item 74: NTP time of $name is no wall clock', ({ seconds }) => {
    const clock = new SenderReportClock(90_000);
    clock.update({ ntp: { seconds, fraction: 0 }, rtpTimestamp: 0 }, NOW_US);
    expect(clock.captureTimeUs(0, NOW_US)).toBeUndefined();
  });

  it('item 74: knows the NTP era after February 2036', () => {
    expect(ntpToUnixUs({ seconds: 1_000, fraction: 0 }, 2_086_000_000e6)).toBe(2_085_979_496e6);
  });

  it('item 74: unknown before the first report, after three hours without one, and after a restart', () => {
    const clock = new SenderReportClock(90_000);
    expect(clock.captureTimeUs(0, NOW_US)).toBeUndefined();
    clock.update({ ntp: { seconds: NTP_S, fraction: 0 }, rtpTimestamp: 0 }, NOW_US);
    expect(clock.captureTimeUs(0, NOW_US + 4 * 3_600e6)).toBeUndefined();
    clock.restart();
    expect(clock.captureTimeUs(0, NOW_US)).toBeUndefined();
  });

  it('item 74: a clock step is told once and holds from then on', () => {
    const clock = new SenderReportClock(90_000);
    const report = (seconds: number, afterS: number) =>
      clock.update(
        { ntp: { seconds: NTP_S + seconds, fraction: 0 }, rtpTimestamp: afterS * 90_000 },
        NOW_US + afterS * 1e6,
      ).clockStepUs;
    expect([report(0, 0), report(5, 5), report(3_610, 10), report(3_615, 15)]).toEqual([
      undefined,
      undefined,
      3_600e6,
      undefined,
    ]);
    expect(clock.captureTimeUs(15 * 90_000, NOW_US + 15e6)).toBe(NOW_US + 3_615e6);
  });

  it('item 73: after a jump of timestamps only a report that fits stays in force', () => {
    const clock = new SenderReportClock(90_000);
    clock.update({ ntp: { seconds: NTP_S, fraction: 0 }, rtpTimestamp: 5_000_000 }, NOW_US);
    clock.timestampsJumped(5_003_000, NOW_US + 33_333);
    expect(clock.captureTimeUs(5_000_000, NOW_US)).toBe(NOW_US);
    clock.timestampsJumped(100, NOW_US + 66_666);
    expect(clock.captureTimeUs(100, NOW_US)).toBeUndefined();
  });
});

describe('SenderReportFilter', () => {
  it.each([
    { name: 'before the first packet', reports: [[7, undefined]], verdicts: ['accepted'] },
    { name: 'of the stream', reports: [[5, 5]], verdicts: ['accepted'] },
    {
      name: 'of another source, the only one (Tapo C320WS; device 13)',
      reports: [
        [7, 5],
        [7, 5],
      ],
      verdicts: ['accepted-foreign', 'accepted-foreign'],
    },
    {
      name: 'of another source beside the right one',
      reports: [
        [5, 5],
        [7, 5],
      ],
      verdicts: ['accepted', 'dropped'],
    },
    {
      name: 'of two other sources',
      reports: [
        [7, 5],
        [8, 5],
        [7, 5],
      ],
      verdicts: ['accepted-foreign', 'dropped', 'dropped'],
    },
  ])('item 74: report $name', ({ reports, verdicts }) => {
    const filter = new SenderReportFilter();
    expect(reports.map(([ssrc, media]) => filter.push(ssrc as number, media))).toEqual(verdicts);
  });
});
