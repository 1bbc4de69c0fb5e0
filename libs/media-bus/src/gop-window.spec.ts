import fc from 'fast-check';
import { GopWindow } from './gop-window.ts';

/**
 * `K100` is a keyframe of 100 bytes, `p50` another access unit of 50. They are 40 ms apart, and each counts 100 bytes
 * more.
 */
function feed(window: GopWindow, script: string) {
  return script.split(' ').map((word, sequence) => {
    const isKeyframe = word.startsWith('K');
    return window.add({ sequence, bytes: Number(word.slice(1)), isKeyframe, arrivalTimeUs: 40_000 * sequence });
  });
}

describe('GopWindow', () => {
  it.each([
    {
      name: 'keeps several GOPs while they fit',
      bufferSizeBytes: 1200,
      script: 'K100 p100 K100 p100 K100 p100',
      keepFrom: undefined,
      retention: { bytes: 1200, accessUnits: 6, holdsWholeGop: true },
    },
    {
      name: 'drops the oldest GOP whole',
      bufferSizeBytes: 1200,
      script: 'K100 p100 K100 p100 K100 p100 p100',
      keepFrom: 2,
      retention: { bytes: 1000, accessUnits: 5, holdsWholeGop: true },
    },
    {
      name: 'keeps the tail of the GOP just ended',
      bufferSizeBytes: 1000,
      script: 'K100 p100 p100 p100 p100 K100',
      keepFrom: 1,
      retention: { bytes: 1000, accessUnits: 5, holdsWholeGop: true },
    },
    {
      name: 'gives up that tail for the GOP under way',
      bufferSizeBytes: 800,
      script: 'K100 p100 K100 p100 p100 p100',
      keepFrom: 2,
      retention: { bytes: 800, accessUnits: 4, holdsWholeGop: true },
    },
    {
      name: 'cuts a GOP that does not fit alone',
      bufferSizeBytes: 800,
      script: 'K100 p100 p100 p100 p100 p100',
      keepFrom: 2,
      retention: { bytes: 800, accessUnits: 4, holdsWholeGop: false },
    },
    {
      name: 'keeps one access unit that is larger than the buffer',
      bufferSizeBytes: 800,
      script: 'K100 p100 K5000',
      keepFrom: 2,
      retention: { bytes: 5100, accessUnits: 1, holdsWholeGop: true },
    },
  ])('$name', ({ bufferSizeBytes, script, keepFrom, retention }) => {
    const window = new GopWindow(bufferSizeBytes);
    expect(feed(window, script).at(-1)?.keepFromSequence).toBe(keepFrom);
    expect(window.retention).toMatchObject(retention);
  });

  it('says once that the keyframe is lost', () => {
    const changes = feed(new GopWindow(800), 'K100 p100 p100 p100 p100 p100 K100 p100');
    expect(changes.map(({ keyframeLost }) => keyframeLost)).toEqual([
      false,
      false,
      false,
      false,
      true,
      false,
      false,
      false,
    ]);
  });

  it('holds whole GOPs again after one that fitted', () => {
    const window = new GopWindow(800);
    feed(window, 'K100 p100 p100 p100 p100 K100 p100');
    expect(window.retention.holdsWholeGop).toBe(false);
    window.add({ sequence: 7, bytes: 100, isKeyframe: true, arrivalTimeUs: 280_000 });
    expect(window.retention.holdsWholeGop).toBe(true);
  });

  it('lets go of what an earlier epoch left after a second', () => {
    const changes = feed(new GopWindow(1_000_000), `K100${' p100'.repeat(26)}`);
    expect(changes.findIndex(({ keepFromSequence }) => keepFromSequence !== undefined)).toBe(25);
    expect(changes[25]?.keepFromSequence).toBe(0);
    expect(changes[26]?.keepFromSequence).toBeUndefined();
  });

  it('keeps a GOP of any length up to its size, and the one before for a second', () => {
    const window = new GopWindow(33_554_432);
    // 10 s at 25 frames/s and 16 Mbit/s, the keyframe ten times as large as the others: 20 MB.
    const gop = `K770000${' p77000'.repeat(249)}`;
    const changes = feed(window, `${gop} ${gop} ${gop}`);
    const trims = changes.flatMap(({ keepFromSequence }, sequence) =>
      keepFromSequence === undefined ? [] : [[sequence, keepFromSequence]],
    );
    // The second GOP is whole at 500. A second later the first GOP is gone; it was cut at its start before, to make
    // room.
    expect(trims.filter(([, keepFrom]) => (keepFrom ?? 0) % 250 === 0)).toEqual([
      [25, 0],
      [275, 250],
      [525, 500],
    ]);
    expect(window.retention).toMatchObject({ bytes: 19_968_000, accessUnits: 250, holdsWholeGop: true });
    expect(changes.some(({ keyframeLost }) => keyframeLost)).toBe(false);
  });

  it.each([
    { name: 'keyframes only', gop: 'K100', gops: 80, accessUnits: 26 },
    { name: 'a keyframe every 0.2 s', gop: 'K100 p100 p100 p100 p100', gops: 16, accessUnits: 30 },
    { name: 'a keyframe every 2 s', gop: `K100${' p100'.repeat(49)}`, gops: 3, accessUnits: 50 },
  ])('keeps no more history than a second of it: $name', ({ gop, gops, accessUnits }) => {
    const window = new GopWindow(33_554_432);
    feed(window, Array(gops).fill(gop).join(' '));
    expect(window.retention.accessUnits).toBe(accessUnits);
  });

  it('forgets what is from before a clock was set back', () => {
    const window = new GopWindow(33_554_432);
    feed(window, 'K100 p100 K100 p100');
    window.add({ sequence: 4, bytes: 100, isKeyframe: true, arrivalTimeUs: -3_600_000_000 });
    window.add({ sequence: 5, bytes: 100, isKeyframe: false, arrivalTimeUs: -3_599_000_000 });
    expect(window.retention.accessUnits).toBe(2);
  });

  it('never holds more than the buffer, nor less than the newest access unit', () => {
    const entry = fc.record({ bytes: fc.nat(500), isKeyframe: fc.boolean() });
    fc.assert(
      fc.property(
        fc.integer({ min: 700, max: 3000 }),
        fc.array(entry, { minLength: 1, maxLength: 80 }),
        (size, entries) => {
          const window = new GopWindow(size);
          let keepFrom = 0;
          for (const [sequence, { bytes, isKeyframe }] of entries.entries()) {
            const change = window.add({ sequence, bytes, isKeyframe, arrivalTimeUs: 0 });
            const before = keepFrom;
            keepFrom = change.keepFromSequence ?? keepFrom;
            expect(keepFrom).toBeGreaterThanOrEqual(before);
            expect(keepFrom).toBeLessThanOrEqual(sequence);
            const held = entries.slice(keepFrom, sequence + 1);
            expect(window.retention.bytes).toBe(held.reduce((sum, kept) => sum + kept.bytes + 100, 0));
            expect(window.retention.accessUnits).toBe(held.length);
            expect(window.retention.bytes).toBeLessThanOrEqual(size);
          }
        },
      ),
    );
  });
});
