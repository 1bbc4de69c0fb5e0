import { StreamMeter } from './stream-meter.ts';

describe('StreamMeter', () => {
  it('knows nothing before the second picture', () => {
    const meter = new StreamMeter();
    meter.add(1000, 500, true);
    expect(meter.measure(1000)).toEqual({ framerate: 0, bitrateKbps: 0, keyframeIntervalMs: undefined, gopBytes: 500 });
    expect(meter.meanIntervalMs(1000)).toBeUndefined();
  });

  it('measures 25 pictures of 10 kB a second with a keyframe every two seconds', () => {
    const meter = new StreamMeter();
    for (let picture = 0; picture <= 500; picture++) meter.add(picture * 40, 10_000, picture % 50 === 0);
    expect(meter.measure(20_000)).toEqual({
      framerate: 25,
      bitrateKbps: 2000,
      keyframeIntervalMs: 2000,
      gopBytes: 500_000,
    });
    expect(meter.meanIntervalMs(20_000)).toBe(40);
  });

  it('looks at the last five seconds only', () => {
    const meter = new StreamMeter();
    for (let picture = 0; picture < 100; picture++) meter.add(picture * 10, 10, false);
    for (let picture = 0; picture <= 10; picture++) meter.add(10_000 + picture * 500, 1000, false);
    expect(meter.measure(15_000)).toMatchObject({ framerate: 2, bitrateKbps: 16 });
  });

  it('shows nothing of a camera that is silent for longer', () => {
    const meter = new StreamMeter();
    for (let picture = 0; picture < 100; picture++) meter.add(picture * 10, 10, false);
    expect(meter.measure(60_000)).toMatchObject({ framerate: 0, bitrateKbps: 0 });
  });
});
