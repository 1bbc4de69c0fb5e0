import { ProcessLoadMeter } from './process-load.ts';

describe('ProcessLoadMeter', () => {
  it('sees the work of this process', () => {
    const meter = new ProcessLoadMeter();
    const untilNs = process.hrtime.bigint() + 80_000_000n;
    while (process.hrtime.bigint() < untilNs);
    const load = meter.sample();
    expect(load.cpuCores).toBeGreaterThan(0);
    expect(load.capacityCores).toBeGreaterThan(0);
    expect(load.rssBytes).toBeGreaterThan(10_000_000);
  });
});
