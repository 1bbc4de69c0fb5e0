/**
 * Packets as known devices send them, written by hand from public reports (docs/rtsp-interop.md#known-devices): what the tests
 * of each part do not show as a whole.
 */
import { PPS, ReceiverHarness, SMALL_SPS, SPS } from '../testing-packets.ts';

const P = '419a01';
const IDR = '658801';
const T0 = 900_000;
const HOUR_TICKS = 3_600 * 90_000;

it('item 65, device 11: packets of type 50 that repeat the sequence numbers behind a keyframe (Geovision, retina#33)', () => {
  const harness = new ReceiverHarness().primed();
  harness.send({ payload: IDR, at: T0, marker: true });
  const own = harness.sequenceNumber;
  for (let count = 0; count < 3; count++)
    harness.send({ payload: 'ffff', at: T0, payloadType: 50, sequenceNumber: own + count });
  for (let count = 0; count < 3; count++)
    harness.send({ payload: P, at: T0 + 3_000 * (count + 1), marker: true, sequenceNumber: own + count });
  expect(harness.accessUnits.map(({ lostPacketsBefore }) => lostPacketsBefore)).toEqual([0, 0, 0, 0]);
  expect(harness.receiver.stats()).toMatchObject({
    lostPackets: 0,
    duplicatePackets: 0,
    faults: { 'payload-type-foreign': 3 },
  });
});

describe('item 70, device 12: the SSRC changes, or is wrong at first', () => {
  it.each([
    { name: 'sequence numbers that go on', firstSequenceNumber: (own: number) => own },
    { name: 'sequence numbers from elsewhere', firstSequenceNumber: (own: number) => own + 30_000 },
  ])('changes at each keyframe, with $name (Uniview, gortsplib#687)', ({ firstSequenceNumber }) => {
    const harness = new ReceiverHarness().primed();
    let timestamp = T0;
    const nextTimestamp = () => {
      timestamp += 3_000;
      return timestamp;
    };
    for (let gop = 0; gop < 5; gop++) {
      harness.sequenceNumber = firstSequenceNumber(harness.sequenceNumber) & 0xffff;
      for (const payload of [IDR, P, P])
        harness.send({ payload, at: nextTimestamp(), marker: true, ssrc: 100 + gop, afterUs: 33_333 });
    }
    const { lostPackets, accessUnits, faults } = harness.receiver.stats();
    expect({ lostPackets, accessUnits, faults }).toEqual({ lostPackets: 0, accessUnits: 16, faults: {} });
    expect(harness.accessUnits.map(({ discontinuity }) => discontinuity)).toEqual(
      Array.from({ length: 15 }, (_, index) => index % 3 === 0),
    );
  });

  it('of the first packet is wrong (retina#79)', () => {
    const harness = new ReceiverHarness();
    harness.send({ payload: '5c819aaa', at: T0, ssrc: 0 });
    harness.send({ payload: '5c41bb', at: T0, marker: true, ssrc: 5 });
    harness.send({ payload: IDR, at: T0 + 3_000, marker: true, ssrc: 5 });
    harness.send({ payload: P, at: T0 + 6_000, marker: true, ssrc: 5 });
    expect(harness.nalUnits).toEqual([[SPS, PPS, IDR], [P]]);
    expect(harness.receiver.stats()).toMatchObject({ lostPackets: 0 });
  });
});

describe('item 87, device 30: parameter sets', () => {
  it('with bytes behind them (Reolink, retina#102): the size is known, and the bytes stay', () => {
    const harness = new ReceiverHarness({ parameterSets: [] });
    harness.send({ payload: `${SPS}04`, at: T0 });
    harness.send({ payload: PPS });
    harness.send({ payload: IDR, marker: true });
    expect(harness.accessUnits).toHaveLength(1);
    expect(harness.accessUnits[0]).toMatchObject({ width: 640, height: 360, isKeyframe: true });
  });

  it('more than one of each: the picture names the ones that hold', () => {
    const harness = new ReceiverHarness({ parameterSets: [] });
    harness.send({ payload: SPS, at: T0 });
    harness.send({ payload: PPS });
    harness.send({ payload: PPS });
    harness.send({ payload: IDR, marker: true });
    harness.send({ payload: SMALL_SPS, at: T0 + 3_000 });
    harness.send({ payload: PPS });
    harness.send({ payload: IDR, marker: true });
    expect(harness.accessUnits.map(({ width }) => width)).toEqual([640, 768]);
  });
});

it('item 84, device 34: a camera that drops packets over TCP under load (Eufy E210, retina#119): only whole pictures, loss exact', () => {
  const harness = new ReceiverHarness().primed();
  for (let picture = 0; picture < 100; picture++) {
    const at = T0 + 3_000 * picture;
    // Of every tenth picture the middle is missing.
    const isCut = picture % 10 === 9;
    harness.send({ payload: '5c819aaa', at });
    if (!isCut) harness.send({ payload: '5c01bb', at });
    harness.send({ payload: '5c41cc', at, marker: true, lost: isCut ? 1 : 0 });
  }
  expect(harness.accessUnits).toHaveLength(90);
  expect(new Set(harness.nalUnits.map((units) => units.join()))).toEqual(new Set(['419aaabbcc']));
  expect(harness.receiver.stats().lostPackets).toBe(10);
  expect(harness.accessUnits.reduce((sum, { lostPacketsBefore }) => sum + lostPacketsBefore, 0)).toBe(9);
});

it.each(['tcp', 'udp'] as const)(
  'item 84, device 35: after loss of 1 % over %s the next whole picture flows (gortsplib#503)',
  (transport) => {
    const harness = new ReceiverHarness({ transport }).primed();
    const packetsPerPicture = 4;
    let sent = 0;
    let lost = 0;
    let whole = 0;
    for (let picture = 0; picture < 2_000; picture++) {
      const at = (T0 + 3_000 * picture) >>> 0;
      let isWhole = true;
      for (let part = 0; part < packetsPerPicture; part++) {
        sent += 1;
        // Every hundredth, and never at the same place of a picture for long.
        if (sent % 101 === 0) {
          lost += 1;
          isWhole = false;
          harness.sequenceNumber = (harness.sequenceNumber + 1) & 0xffff;
          continue;
        }
        const head = part === 0 ? '5c819a' : part === packetsPerPicture - 1 ? '5c41' : '5c01';
        harness.send({ payload: `${head}bb`, at, marker: part === packetsPerPicture - 1, afterUs: 8_000 });
      }
      if (isWhole) whole += 1;
      harness.receiver.tick(harness.nowUs);
    }
    harness.receiver.flush();
    expect(harness.receiver.stats().lostPackets).toBe(lost);
    expect(harness.accessUnits).toHaveLength(whole);
    expect(new Set(harness.nalUnits.map((units) => units.join()))).toEqual(new Set(['419abbbbbbbb']));
  },
);

it.each([
  { name: 'an hour on', by: HOUR_TICKS },
  { name: 'an hour back', by: -HOUR_TICKS },
])('item 73, device 38: timestamps that jump $name: told once, flagged, and time goes on by arrival', ({ by }) => {
  const harness = new ReceiverHarness().primed();
  const at = (picture: number) => (T0 + 3_000 * picture + (picture < 2 ? 0 : by) + 2 ** 32) % 2 ** 32;
  for (let picture = 0; picture < 4; picture++)
    harness.send({ payload: P, at: at(picture), marker: true, afterUs: 33_333 });
  const times = harness.accessUnits.map(({ rtpTimeTicks }) => rtpTimeTicks);
  expect(times.slice(1).map((time, index) => time - (times[index] ?? 0))).toEqual([3_000, 3_000, 3_000]);
  expect(harness.accessUnits.map(({ discontinuity }) => discontinuity)).toEqual([false, false, true, false]);
  expect(harness.deviations).toEqual(['timestamp-jump']);
});

it('item 72, device 46: B-frames, in decoding order with the times of display (retina#61)', () => {
  const harness = new ReceiverHarness().primed();
  const order = [0, 3, 1, 2, 6, 4, 5];
  for (const picture of order) harness.send({ payload: P, at: T0 + 3_000 * picture, marker: true, afterUs: 33_333 });
  expect(harness.accessUnits.map(({ rtpTimeTicks }) => (rtpTimeTicks - T0) / 3_000)).toEqual(order);
  expect(harness.accessUnits.map(({ discontinuity }) => discontinuity)).toEqual(order.map(() => false));
  expect(harness.deviations).toEqual([]);
});
