import { type Intake, IntakeLimits } from './intake-limits.ts';

describe('IntakeLimits', () => {
  let nowMs: number;
  let limits: IntakeLimits;
  let cuts: string[];
  beforeEach(() => {
    nowMs = 0;
    cuts = [];
    limits = new IntakeLimits(() => nowMs);
  });

  const open = (address: string, name = address): Intake => limits.open(address, () => cuts.push(name));

  it('leaves a page alone that opens a wall of 64 cameras again and again', () => {
    const intake = open('a');
    for (let wall = 0; wall < 20; wall++) {
      for (let i = 0; i < 70; i++) intake.onPacket(1);
      nowMs += 2_000;
    }
    expect(cuts).toEqual([]);
  });

  it.each([
    { name: 'a burst', everyMs: 0, packets: 601 },
    { name: '100 a second', everyMs: 10, packets: 1_000 },
  ])('cuts a connection that sends $name, once', ({ everyMs, packets }) => {
    const intake = open('a');
    for (let i = 0; i < packets; i++) {
      intake.onPacket(1);
      nowMs += everyMs;
    }
    expect(cuts).toEqual(['a']);
  });

  it('lets a client answer all it was sent, and counts what answers nothing', () => {
    const intake = open('a');
    for (let i = 0; i < 10_000; i++) {
      intake.onSent();
      intake.onAnswer();
    }
    expect(cuts).toEqual([]);
    for (let i = 0; i < 601; i++) intake.onAnswer();
    expect(cuts).toEqual(['a']);
  });

  it('lets an address that floods on in seldom, and others as ever', () => {
    let floods = 0;
    for (; nowMs < 60_000; nowMs += 10) {
      if (!limits.admits('a')) continue;
      floods++;
      const intake = open('a');
      for (let i = 0; i < 601; i++) intake.onPacket(1);
    }
    expect(floods).toBeGreaterThan(6);
    expect(floods).toBeLessThan(20);
    expect(limits.admits('b')).toBe(true);
    expect(limits.admits('a')).toBe(false);
    nowMs += 10_000;
    expect(limits.admits('a')).toBe(true);
  });

  it('cuts the heaviest of many connections that are each within their limit, not their neighbour', () => {
    const neighbour = open('a', 'neighbour');
    const attackers = Array.from({ length: 500 }, (_, i) => open('a', `attacker ${i}`));
    for (; nowMs < 5_000; nowMs += 100) {
      for (const attacker of attackers) for (let i = 0; i < 2; i++) attacker.onPacket(1);
      neighbour.onPacket(0.1);
    }
    expect(cuts.length).toBeGreaterThan(400);
    expect(cuts).not.toContain('neighbour');
  });

  it('lets 1000 connections of one address in, and another when one has gone', () => {
    const intakes = Array.from({ length: 1_000 }, () => {
      expect(limits.admits('a')).toBe(true);
      return open('a');
    });
    nowMs = 60_000;
    expect(limits.admits('a')).toBe(false);
    expect(limits.admits('b')).toBe(true);
    intakes[0]?.close();
    expect(limits.admits('a')).toBe(true);
  });

  it('forgets addresses without connections first when there are too many', () => {
    const intake = open('kept');
    for (let i = 0; i < 12_000; i++) limits.admits(`address ${i}`);
    for (let i = 0; i < 601; i++) intake.onPacket(1);
    expect(cuts).toEqual(['kept']);
    for (let i = 0; i < 5; i++) open('kept').onPacket(601);
    expect(limits.admits('kept')).toBe(false);
  });
});
