import fc from 'fast-check';
import { parseRtpPacket, type RtpPacket } from '../packet/rtp-packet.ts';
import { rtpBytes } from '../testing-packets.ts';
import { ReorderBuffer } from './reorder-buffer.ts';

class Recorder {
  readonly out: string[] = [];
  readonly payloads: number[] = [];
  late = 0;
  restarts = 0;
  readonly buffer: ReorderBuffer;

  constructor(maxPackets = 8) {
    this.buffer = new ReorderBuffer({
      maxPackets,
      maxDelayUs: 100_000,
      onPacket: ({ sequenceNumber, payload }, lostPackets) => {
        this.out.push(lostPackets === 0 ? `${sequenceNumber}` : `${sequenceNumber} after ${lostPackets} lost`);
        this.payloads.push(((payload[0] as number) << 8) | (payload[1] as number));
      },
      onLate: () => {
        this.late += 1;
      },
      onRestart: () => {
        this.restarts += 1;
      },
    });
  }

  push(sequenceNumber: number, ms = 0): void {
    const { bytes, packet } = packetOf(sequenceNumber);
    this.buffer.push(packet, ms * 1_000);
    bytes.fill(0xee);
  }
}

describe('ReorderBuffer', () => {
  it.each([
    { name: 'in order', sequence: [1, 2, 3], out: ['1', '2', '3'], late: 0 },
    { name: 'two swapped (Reolink; device 33)', sequence: [1, 3, 2, 4], out: ['1', '2', '3', '4'], late: 0 },
    { name: 'over the wrap', sequence: [65_534, 1, 65_535, 0, 2], out: ['65534', '65535', '0', '1', '2'], late: 0 },
    {
      name: 'repeated before its turn, and after (WatchNet; device 33)',
      sequence: [1, 3, 3, 2, 2, 4],
      out: ['1', '2', '3', '4'],
      late: 2,
    },
    {
      name: 'a gap given up by count',
      sequence: [1, 3, 4, 5, 6, 7, 8, 9, 10, 11],
      out: ['1', '3 after 1 lost', '4', '5', '6', '7', '8', '9', '10', '11'],
      late: 0,
    },
  ])('item 61: $name', ({ sequence, out, late }) => {
    const recorder = new Recorder();
    for (const sequenceNumber of sequence) recorder.push(sequenceNumber);
    expect(recorder.out).toEqual(out);
    expect(recorder.late).toBe(late);
  });

  it('item 61: a gap is given up by time, without another packet', () => {
    const recorder = new Recorder();
    recorder.push(1, 0);
    recorder.push(3, 10);
    recorder.push(6, 20);
    recorder.buffer.tick(109_000);
    expect(recorder.out).toEqual(['1']);
    recorder.buffer.tick(110_000);
    expect(recorder.out).toEqual(['1', '3 after 1 lost']);
    recorder.buffer.tick(120_000);
    expect(recorder.out).toEqual(['1', '3 after 1 lost', '6 after 2 lost']);
    recorder.push(2, 130);
    expect(recorder.late).toBe(1);
  });

  it('item 61: a stray far ahead does not move the window; three that follow each other do', () => {
    const recorder = new Recorder();
    for (const sequenceNumber of [1, 20_000, 2, 30_000, 30_001, 30_002, 30_003]) recorder.push(sequenceNumber);
    expect(recorder.out).toEqual(['1', '2', '30002', '30003']);
    expect(recorder).toMatchObject({ late: 3, restarts: 1 });
  });

  it('item 61: a source that counts anew from a number close by is followed in the end', () => {
    const recorder = new Recorder();
    for (let i = 100; i < 200; i++) recorder.push(i);
    for (let i = 110; i < 180; i++) recorder.push(i);
    expect(recorder.restarts).toBe(1);
    expect(recorder.out.at(-1)).toBe('179');
  });

  it('item 61: what is held keeps its bytes, and never is more than the limit', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(65_535), { maxLength: 300 }), (sequence) => {
        const recorder = new Recorder(8);
        for (const [i, sequenceNumber] of sequence.entries()) {
          recorder.push(sequenceNumber, i);
          expect(recorder.buffer.heldPackets).toBeLessThanOrEqual(8);
        }
        recorder.buffer.flush();
        expect(recorder.buffer.heldPackets).toBe(0);
        expect(recorder.payloads).toEqual(recorder.out.map((line) => Number.parseInt(line, 10)));
      }),
    );
  });

  it('item 61, device 33: any shuffle within the window comes out in order, nothing lost', () => {
    const windows = fc.array(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(fc.nat(65_535), windows, (start, shuffles) => {
        const recorder = new Recorder(8);
        recorder.push(start);
        const sequence = shuffles.flatMap((shuffle, window) =>
          shuffle.map((i) => (start + 1 + 4 * window + i) & 0xffff),
        );
        for (const sequenceNumber of sequence) recorder.push(sequenceNumber);
        expect(recorder.out).toEqual([start, ...sequence.map((_, i) => (start + 1 + i) & 0xffff)].map(String));
      }),
    );
  });
});

/** The payload is the sequence number, so that overwritten bytes show. */
function packetOf(sequenceNumber: number): { bytes: Uint8Array; packet: RtpPacket } {
  const bytes = rtpBytes({ payload: Uint8Array.of(sequenceNumber >> 8, sequenceNumber & 0xff), sequenceNumber });
  const parsed = parseRtpPacket(bytes);
  if (!parsed.ok) throw new TypeError('not a packet');
  return { bytes, packet: parsed.value };
}
