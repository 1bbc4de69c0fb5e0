import { NO_PACKET_FAULTS, type PacketFaultRates, PacketFaults } from './packet-faults.ts';
import { SeededRandom } from './seeded-random.ts';

/** What comes out of a thousand pictures of two packets each: numbers of packets, and `garbage`. */
function outcome(rates: Partial<PacketFaultRates>, seed = 1): (number | 'garbage')[] {
  const faults = new PacketFaults(new SeededRandom(seed));
  const out: (number | 'garbage')[] = [];
  for (let picture = 0; picture < 1_000; picture++) {
    const packets = [2 * picture, 2 * picture + 1].map((number) => Buffer.from([number >> 8, number & 0xff]));
    faults.send(
      packets,
      { ...NO_PACKET_FAULTS, ...rates },
      {
        sendPacket: (packet) => out.push(packet.readUInt16BE()),
        sendGarbage: () => out.push('garbage'),
      },
    );
  }
  return out;
}

const all = Array.from({ length: 2_000 }, (_, index) => index);
const gaps = (numbers: readonly (number | 'garbage')[]) => all.filter((number) => !numbers.includes(number));

describe('packet faults', () => {
  it('none: all packets in order', () => {
    expect(outcome({})).toEqual(all);
    expect(new PacketFaults(new SeededRandom(1)).isActive(NO_PACKET_FAULTS)).toBe(false);
  });

  it('loss: about as many as asked for, the rest in order', () => {
    const out = outcome({ lossRate: 0.1 });
    expect(gaps(out).length).toBeGreaterThan(150);
    expect(gaps(out).length).toBeLessThan(250);
    expect(out).toEqual(all.filter((number) => out.includes(number)));
  });

  it('loss in bursts: as many in a row', () => {
    const lost = gaps(outcome({ lossRate: 0.01, lossBurstPackets: 3 }));
    expect(lost.length).toBeGreaterThan(20);
    expect(lost.filter((number) => !lost.includes(number - 1) && !lost.includes(number + 1))).toEqual([]);
  });

  it('reordering: neighbours change places, none is lost but one that is still held', () => {
    const out = outcome({ reorderRate: 0.2 });
    expect(gaps(out).length).toBeLessThanOrEqual(1);
    expect(out.some((number, index) => index > 0 && Number(number) < Number(out[index - 1]))).toBe(true);
    expect(Math.max(...out.map((number, index) => Math.abs(Number(number) - index)))).toBe(1);
  });

  it('duplicates: twice in a row', () => {
    const out = outcome({ duplicateRate: 0.1 });
    expect(out.length).toBeGreaterThan(2_150);
    expect([...new Set(out)]).toEqual(all);
  });

  it('garbage: in front of pictures, never within', () => {
    const out = outcome({ garbageRate: 0.3 });
    expect(out.filter((one) => one === 'garbage').length).toBeGreaterThan(250);
    expect(out.filter((one) => one !== 'garbage')).toEqual(all);
    for (const [index, one] of out.entries()) if (one === 'garbage') expect(Number(out[index + 1]) % 2).toBe(0);
  });

  it('the same seed does the same, another does not', () => {
    const rates = { lossRate: 0.05, reorderRate: 0.05, duplicateRate: 0.05, garbageRate: 0.05 };
    expect(outcome(rates)).toEqual(outcome(rates));
    expect(outcome(rates)).not.toEqual(outcome(rates, 2));
  });
});
