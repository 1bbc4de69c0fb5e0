/** The receiver as a whole: what the session pushes in, and what it gets. */
import { PPS, ReceiverHarness, SPS, senderReportHex, toHex } from '../testing-packets.ts';

const P = '419a01';
const IDR = '658801';
const T0 = 900_000;

describe('packets', () => {
  it.each([
    { name: 'empty', hex: '', reason: 'rtp-too-short' },
    { name: 'version 1', hex: '406000010000000011223344', reason: 'rtp-bad-version' },
    { name: 'RTSP text', hex: '525453502f312e302032303020', reason: 'rtp-bad-version' },
    { name: 'of another payload type', hex: '803200010000000011223344', reason: 'payload-type-foreign' },
  ])('item 65: an RTP packet that is $name is counted, and the stream goes on', ({ hex, reason }) => {
    const harness = new ReceiverHarness().send({ payload: IDR, marker: true });
    harness.receiver.pushRtp(Buffer.from(hex, 'hex'), harness.nowUs);
    harness.send({ payload: P, at: T0 + 3_000, marker: true });
    expect(harness.accessUnits).toHaveLength(2);
    expect(harness.receiver.stats()).toMatchObject({ packets: 2, lostPackets: 0, faults: { [reason]: 1 } });
  });

  it('item 65: a malformed RTCP packet is counted, and what stands before the fault is used', () => {
    const harness = new ReceiverHarness().send({ payload: IDR, at: T0, marker: true });
    harness.rtcp(`${senderReportHex({ ntpSeconds: 3_908_988_800, rtpTimestamp: T0 })}ff`);
    harness.send({ payload: P, at: T0 + 90_000, marker: true });
    expect(harness.accessUnits[1]?.captureTimeUs).toBe(1_700_000_001_000_000);
    expect(harness.faults).toEqual({ 'rtcp-too-short': 1 });
  });

  it('item 64: what a watchdog and an owner want to know of a stream', () => {
    const harness = new ReceiverHarness().send({ payload: IDR, marker: true });
    harness.send({ payload: P, at: T0 + 3_000, marker: true, lost: 2 });
    expect(harness.receiver.stats()).toMatchObject({
      packets: 2,
      bytes: 30,
      lostPackets: 2,
      duplicatePackets: 0,
      accessUnits: 2,
      droppedAccessUnits: 0,
      discontinuities: 0,
      faults: {},
    });
  });

  it('item 63, device 32: a datagram of 10 KB is taken whole (Tapo)', () => {
    const slice = Buffer.alloc(10_000, 0xab);
    slice.set([0x65, 0x88]);
    const expected = toHex(slice);
    const harness = new ReceiverHarness({ transport: 'udp' }).send({ payload: slice, marker: true });
    expect(harness.nalUnits).toEqual([[SPS, PPS, expected]]);
  });

  it('item 61, device 33: UDP packets out of order, repeated, and one lost, make whole access units', () => {
    const harness = new ReceiverHarness({ transport: 'udp' });
    harness.send({ payload: IDR, at: T0, marker: true, sequenceNumber: 65_533 });
    harness.send({ payload: '5c01bb', at: T0 + 3_000, sequenceNumber: 65_535 });
    harness.send({ payload: '5c41cc', at: T0 + 3_000, sequenceNumber: 0, marker: true });
    harness.send({ payload: '5c01bb', at: T0 + 3_000, sequenceNumber: 65_535 });
    harness.send({ payload: '5c819aaa', at: T0 + 3_000, sequenceNumber: 65_534 });
    harness.send({ payload: P, at: T0 + 6_000, sequenceNumber: 2, marker: true });
    expect(harness.nalUnits).toEqual([[SPS, PPS, IDR], ['419aaabbcc']]);
    harness.receiver.tick(harness.nowUs + 100_000);
    expect(harness.nalUnits).toEqual([[SPS, PPS, IDR], ['419aaabbcc'], [P]]);
    expect(harness.accessUnits[2]?.lostPacketsBefore).toBe(1);
    expect(harness.receiver.stats()).toMatchObject({ lostPackets: 1, duplicatePackets: 1 });
  });

  it('item 68: loss is counted exactly across the sequence wrap', () => {
    const harness = new ReceiverHarness();
    harness.send({ payload: IDR, marker: true, sequenceNumber: 65_530 });
    harness.send({ payload: P, at: T0 + 3_000, marker: true, sequenceNumber: 4 });
    expect(harness.accessUnits[1]?.lostPacketsBefore).toBe(9);
    expect(harness.receiver.stats().lostPackets).toBe(9);
  });

  it('item 69: repeated and late packets on TCP are dropped and counted', () => {
    const harness = new ReceiverHarness();
    harness.send({ payload: IDR, marker: true, sequenceNumber: 10 });
    harness.send({ payload: P, at: T0 + 3_000, sequenceNumber: 11 });
    harness.send({ payload: P, sequenceNumber: 11 });
    harness.send({ payload: IDR, sequenceNumber: 10 });
    harness.send({ payload: '415702', marker: true, sequenceNumber: 12 });
    expect(harness.nalUnits[1]).toEqual([P, '415702']);
    expect(harness.receiver.stats()).toMatchObject({ lostPackets: 0, duplicatePackets: 2 });
  });

  it('item 69: sequence numbers that start anew on TCP are followed after three packets, flagged', () => {
    const harness = new ReceiverHarness().send({ payload: IDR, marker: true, sequenceNumber: 20_000 });
    for (let i = 1; i <= 4; i++) harness.send({ payload: P, at: T0 + 3_000 * i, marker: true, sequenceNumber: i });
    expect(harness.accessUnits.map(({ discontinuity }) => discontinuity)).toEqual([true, true, false]);
    expect(harness.deviations).toEqual(['sequence-restarted']);
  });
});

describe('sources', () => {
  it.each(['tcp', 'udp'] as const)(
    'item 70: an SSRC change over %s is adopted with the first packet, flagged, time goes on by arrival',
    (transport) => {
      const harness = new ReceiverHarness({ transport }).primed();
      harness.send({ payload: P, at: T0, marker: true, afterUs: 33_000 });
      harness.send({ payload: '5c819aaa', at: T0 + 3_000 });
      harness.send({ payload: IDR, at: 5, marker: true, ssrc: 7, sequenceNumber: 60_000, afterUs: 99_000 });
      harness.send({ payload: P, at: 3_005, marker: true, ssrc: 7 });
      expect(harness.nalUnits).toEqual([[P], [SPS, PPS, IDR], [P]]);
      expect(harness.accessUnits.map(({ discontinuity }) => discontinuity)).toEqual([false, true, false]);
      expect(harness.accessUnits.map(({ rtpTimeTicks }) => rtpTimeTicks - T0)).toEqual([0, 9_000, 12_000]);
      expect(harness.receiver.stats()).toMatchObject({ lostPackets: 0, discontinuities: 1 });
    },
  );

  it('item 71, device 1: packets of a stale session on the same channel are filtered', () => {
    const harness = new ReceiverHarness().primed();
    const own = harness.sequenceNumber;
    for (let i = 0; i < 20; i++) {
      harness.send({ payload: P, at: T0 + 3_000 * i, marker: true, sequenceNumber: own + i });
      harness.send({ payload: P, at: 77 + 3_000 * i, marker: true, ssrc: 7, sequenceNumber: 9_000 + i });
    }
    const { faults, discontinuities } = harness.receiver.stats();
    expect(faults).toMatchObject({ 'ssrc-foreign': 19 });
    expect(discontinuities).toBe(2);
    expect(harness.accessUnits).toHaveLength(21);
    expect(harness.deviations).toEqual(['ssrc-changed', 'ssrc-interleaved']);
  });

  it.each([
    { name: 'of the stream', hex: '81cb000111223344', byes: 1 },
    { name: 'of another source', hex: '81cb000155667788', byes: 0 },
    { name: 'with a reason', hex: '81cb00031122334406 63616d206f66 00', byes: 1 },
  ])('item 76: BYE $name', ({ hex, byes }) => {
    const harness = new ReceiverHarness().send({ payload: IDR, marker: true }).rtcp(hex);
    expect(harness.byes).toBe(byes);
  });
});

describe('time', () => {
  it('item 73: a timestamp jump is told, flagged, and time goes on by arrival', () => {
    const harness = new ReceiverHarness().primed();
    harness.send({ payload: P, at: T0, marker: true, afterUs: 33_333 });
    harness.send({ payload: P, at: 5, marker: true, afterUs: 40_000 });
    harness.send({ payload: P, at: 3_005, marker: true, afterUs: 33_333 });
    expect(harness.accessUnits.map(({ rtpTimeTicks, discontinuity }) => [rtpTimeTicks - T0, discontinuity])).toEqual([
      [0, false],
      [3_600, true],
      [6_600, false],
    ]);
    expect(harness.deviations).toEqual(['timestamp-jump']);
  });

  it('item 74: capture time from sender reports, before the first packet too', () => {
    const harness = new ReceiverHarness();
    harness.rtcp(senderReportHex({ ntpSeconds: 3_908_988_800, ntpFraction: 0x4000_0000, rtpTimestamp: T0 - 90_000 }));
    harness.send({ payload: IDR, at: T0, marker: true });
    expect(harness.accessUnits[0]?.captureTimeUs).toBe(1_700_000_001_250_000);
  });

  it('item 74, device 13: reports under a foreign SSRC are used when there are no others (Tapo C320WS)', () => {
    const harness = new ReceiverHarness().primed();
    harness.rtcp(senderReportHex({ ssrc: 9, ntpSeconds: 3_908_988_800, rtpTimestamp: T0 }));
    harness.send({ payload: P, at: T0, marker: true });
    expect(harness.accessUnits[0]?.captureTimeUs).toBe(1_700_000_000_000_000);
    expect(harness.deviations).toEqual(['sender-report-foreign-ssrc']);
  });

  it('item 74: a step of the camera clock is told, and capture times follow it', () => {
    const harness = new ReceiverHarness().primed();
    harness.rtcp(senderReportHex({ ntpSeconds: 3_908_988_800, rtpTimestamp: T0 }));
    harness.rtcp(senderReportHex({ ntpSeconds: 3_908_992_400, rtpTimestamp: T0 }));
    harness.send({ payload: P, at: T0, marker: true });
    expect(harness.accessUnits[0]?.captureTimeUs).toBe(1_700_003_600_000_000);
    expect(harness.deviations).toEqual(['camera-clock-step']);
  });

  it('item 75: the first packet gives the start, whatever RTP-Info said; arrival aligns it with other streams', () => {
    const harness = new ReceiverHarness().send({ payload: IDR, at: 123_456, marker: true });
    expect(harness.accessUnits[0]).toMatchObject({
      rtpTimeTicks: 123_456,
      arrivalTimeUs: harness.nowUs,
      discontinuity: true,
    });
  });

  it('item 62: receiver report of a stream with loss, sender report included', () => {
    const harness = new ReceiverHarness();
    harness.send({ payload: IDR, marker: true, sequenceNumber: 65_535, at: T0, afterUs: 0 });
    harness.rtcp(senderReportHex({ ntpSeconds: 0xe8fd_2a00, ntpFraction: 0x8000_0000, rtpTimestamp: T0 }));
    harness.send({ payload: P, marker: true, sequenceNumber: 1, at: T0 + 3_000, afterUs: 33_333 });
    const report = toHex(harness.receiver.receiverReport(harness.nowUs + 466_667));
    expect(report).toBe(
      '81c90007aabbccdd1122334455000001000100010000000' + '02a00800000008000' + '81ca0003aabbccdd01056f7269656c00',
    );
    expect(toHex(harness.receiver.bye())).toMatch(/81cb0001aabbccdd$/);
  });
});

describe('item 99: slow consumer', () => {
  it('item 99: over the backlog limit access units are dropped up to a keyframe, which is flagged', () => {
    let backlogBytes = 0;
    const harness = new ReceiverHarness({ consumerBacklogBytes: () => backlogBytes }, { backlogBytes: 1_000 });
    const send = (payload: string) => harness.send({ payload, at: harness.timestamp + 3_000, marker: true });
    send(IDR);
    backlogBytes = 1_001;
    for (let i = 0; i < 5; i++) send(P);
    send(IDR);
    backlogBytes = 0;
    send(P);
    send(IDR);
    send(P);
    expect(harness.accessUnits.map(({ isKeyframe, discontinuity }) => [isKeyframe, discontinuity])).toEqual([
      [true, true],
      [true, true],
      [false, false],
    ]);
    expect(harness.receiver.stats().droppedAccessUnits).toBe(7);
  });
});
