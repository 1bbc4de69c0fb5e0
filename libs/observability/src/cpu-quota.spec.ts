import { cpuQuotaCores } from './cpu-quota.ts';

describe('cpuQuotaCores', () => {
  it.each<[string, Record<string, string>, number | undefined]>([
    ['nowhere', {}, undefined],
    ['version 2, no limit', { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': 'max 100000\n' }, undefined],
    ['docker run --cpus 1.5, version 2', { '/sys/fs/cgroup/cpu.max': '150000 100000\n' }, 1.5],
    [
      'CPUQuota=50% of a systemd unit, version 2',
      {
        '/proc/self/cgroup': '0::/system.slice/oriel.service\n',
        '/sys/fs/cgroup/system.slice/cpu.max': 'max 100000\n',
        '/sys/fs/cgroup/system.slice/oriel.service/cpu.max': '50000 100000\n',
      },
      0.5,
    ],
    [
      'a slice narrower than its unit, version 2',
      {
        '/proc/self/cgroup': '0::/cameras.slice/oriel.service\n',
        '/sys/fs/cgroup/cameras.slice/cpu.max': '100000 100000\n',
        '/sys/fs/cgroup/cameras.slice/oriel.service/cpu.max': '400000 100000\n',
      },
      1,
    ],
    [
      'docker run --cpus 0.5, version 1',
      {
        '/proc/self/cgroup': '9:name=systemd:/docker/373d\n1:cpu:/docker/373d\n0::/docker/373d\n',
        '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '50000\n',
        '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
      },
      0.5,
    ],
    [
      'version 1 with both controllers in one mount, no limit',
      {
        '/proc/self/cgroup': '3:cpu,cpuacct:/\n',
        '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '-1\n',
        '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
      },
      undefined,
    ],
    ['garbage', { '/proc/self/cgroup': 'x', '/sys/fs/cgroup/cpu.max': '0 0\n' }, undefined],
  ])('%s', (_, files, cores) => {
    expect(cpuQuotaCores((path) => files[path])).toBe(cores);
  });

  it('reads this process’ own, whatever it is', () => {
    const cores = cpuQuotaCores();
    if (cores !== undefined) expect(cores).toBeGreaterThan(0);
  });
});
