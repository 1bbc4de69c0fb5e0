import { cpuMsOf, machineBusyMsOf, usageBetween } from './process-usage.ts';

test.each([
  {
    name: 'utime 250 and stime 50 ticks',
    stat: '42 (node) S 1 42 42 0 -1 4194560 9 0 0 0 250 50 7 7 20 0 11 0 5',
    cpuMs: 3000,
  },
  {
    name: 'a name with spaces and parentheses',
    stat: '42 (a) (b c) R 1 42 42 0 -1 4194560 9 0 0 0 3 4 0 0 20 0 1 0 5',
    cpuMs: 70,
  },
])('CPU time of a process: $name', ({ stat, cpuMs }) => {
  expect(cpuMsOf(stat)).toBe(cpuMs);
});

test('the machine is busy while it is neither idle nor waiting for disks', () => {
  expect(machineBusyMsOf('cpu  100 2 30 5000 700 4 5 6 100 0\ncpu0 50 1 15 2500 350 2 2 3 50 0\n')).toBe(1470);
});

test('cores are CPU time by time', () => {
  const before = { atMs: 1000, cpuMs: new Map([['a', 500]]), memoryBytes: new Map([['a', 1]]), machineBusyMs: 9000 };
  const after = { atMs: 3000, cpuMs: new Map([['a', 1500]]), memoryBytes: new Map([['a', 8]]), machineBusyMs: 12_000 };
  expect(usageBetween(before, after)).toEqual({ cpuMs: 1000, cores: { a: 0.5 }, memoryBytes: 8, machineCores: 1.5 });
});
