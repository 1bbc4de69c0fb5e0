import { FixedCapacity } from './fixed-capacity.ts';
import { MeasuredCores } from './measured-cores.ts';

it.each([
  { host: 'no limit, alone on 4 cores', quotaCores: undefined, hostWorkers: 1, cores: 4 },
  { host: 'no limit, one of two on 4 cores', quotaCores: undefined, hostWorkers: 2, cores: 2 },
  { host: 'docker run --cpus 0.5', quotaCores: 0.5, hostWorkers: 1, cores: 0.5 },
  { host: 'docker run --cpus 1.5, one of two on 4 cores', quotaCores: 1.5, hostWorkers: 2, cores: 1.5 },
  { host: 'docker run --cpus 3, one of two on 4 cores', quotaCores: 3, hostWorkers: 2, cores: 2 },
])('a worker may use $cores cores with $host', ({ quotaCores, hostWorkers, cores }) => {
  expect(new MeasuredCores({ hostCores: 4, quotaCores }).capacity(hostWorkers)).toBe(cores);
});

it.each([
  { reported: undefined, cores: undefined, cameras: 1 },
  { reported: Number.NaN, cores: undefined, cameras: 1 },
  { reported: 0, cores: 0.01, cameras: 1 },
  { reported: 0.3, cores: 0.3, cameras: 1 },
])('a camera reported at $reported costs $cores cores or $cameras camera', ({ reported, cores, cameras }) => {
  expect(new MeasuredCores({ hostCores: 4 }).costOf(reported)).toBe(cores);
  expect(new FixedCapacity(10).costOf()).toBe(cameras);
});
