import { isBuggyLive555, StaleSessions } from './stale-sessions.ts';

describe('item 25, device 1: live555 before 2017.06.04', () => {
  it.each([
    { tool: 'LIVE555 Streaming Media v2014.02.10', isBuggy: true },
    { tool: 'LIVE555 Streaming Media v2013.02.11 (modified by a vendor)', isBuggy: true },
    { tool: 'LIVE555 Streaming Media v2017.06.03', isBuggy: true },
    { tool: 'LIVE555 Streaming Media v2017.06.04', isBuggy: false },
    { tool: 'LIVE555 Streaming Media v2020.01.01', isBuggy: false },
    { tool: 'GStreamer', isBuggy: false },
    { tool: undefined, isBuggy: false },
  ])('$tool', ({ tool, isBuggy }) => {
    expect(isBuggyLive555(tool)).toBe(isBuggy);
  });

  it('a stale session is remembered until it has expired', () => {
    const sessions = new StaleSessions();
    sessions.add('10.0.0.7:554', 65_000);
    expect(sessions.remainingMs('10.0.0.7:554', 0)).toBe(65_000);
    expect(sessions.remainingMs('10.0.0.7:554', 64_999)).toBe(1);
    expect(sessions.remainingMs('10.0.0.7:554', 65_000)).toBe(0);
    expect(sessions.remainingMs('10.0.0.8:554', 0)).toBe(0);
  });

  it('item 45: no more than 10000 peers are remembered', () => {
    const sessions = new StaleSessions();
    for (let peer = 0; peer <= 10_000; peer++) sessions.add(`peer ${peer}`, 1);
    expect(sessions.remainingMs('peer 0', 0)).toBe(0);
    expect(sessions.remainingMs('peer 1', 0)).toBe(1);
  });
});
