import { parseRtcp } from './rtcp-packet.ts';
import { SenderReports } from './sender-reports.ts';

const instant = { timeUs: 1_700_000_000_000_000, rtpTimestamp: 90_000 };

it('reports what was sent, with a CNAME, once an interval', () => {
  const reports = new SenderReports({ ssrc: 7, cname: 'camera' }, 5_000);
  expect(reports.isDue(0)).toBe(true);
  reports.count(3, 4_000);
  reports.count(1, 10);
  expect(parseRtcp(reports.report(instant, 0)).packets).toEqual([
    {
      type: 'sender-report',
      ssrc: 7,
      ntp: { seconds: 3_908_988_800, fraction: 0 },
      rtpTimestamp: 90_000,
      packetCount: 4,
      octetCount: 4_010,
    },
    { type: 'source-description', ssrc: 7, cname: 'camera' },
  ]);
  expect(reports.isDue(4_999)).toBe(false);
  expect(reports.isDue(5_000)).toBe(true);
});

it('counts from zero under another SSRC, and reports it at once', () => {
  const reports = new SenderReports({ ssrc: 7, cname: 'camera' }, 5_000);
  reports.count(3, 4_000);
  reports.report(instant, 0);
  reports.changeSsrc(8);
  expect(reports.isDue(1)).toBe(true);
  expect(parseRtcp(reports.report(instant, 1)).packets[0]).toMatchObject({ ssrc: 8, packetCount: 0, octetCount: 0 });
});

it('ends with BYE', () => {
  const reports = new SenderReports({ ssrc: 7, cname: 'camera' }, 5_000);
  expect(parseRtcp(reports.bye(instant)).packets).toMatchObject([
    { type: 'sender-report' },
    { type: 'source-description' },
    { type: 'bye', ssrcs: [7] },
  ]);
});
