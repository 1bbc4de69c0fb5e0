/** Reads how many cores a container or systemd unit may use, as set by `docker run --cpus` and Compose's `cpus`. */
import { readFileSync } from 'node:fs';

/** Text of a file; undefined if it cannot be read. */
export type ReadText = (path: string) => string | undefined;

/**
 * The CPU bandwidth limit of this process' control group, in cores; undefined if there is none, or no control groups.
 * `os.availableParallelism` knows of affinity (cpusets), but of bandwidth only in newer releases of Node. Source: the
 * Linux kernel's documentation, cgroup-v2.rst (`cpu.max`) and scheduler/sched-bwc.rst (`cpu.cfs_quota_us`).
 */
export function cpuQuotaCores(read: ReadText = readText): number | undefined {
  const groups = parseGroups(read('/proc/self/cgroup') ?? '');
  // A container sees its own group mounted as the root, whatever path the host gives it.
  const unified = ['', ...withParents(groups.get('') ?? '')].map((path) =>
    unifiedQuota(read(`${ROOT}${path}/cpu.max`)),
  );
  const legacy = ['', ...withParents(groups.get('cpu') ?? '')].flatMap((path) =>
    ['cpu', 'cpu,cpuacct'].map((mount) => legacyQuota((name) => read(`${ROOT}/${mount}${path}/${name}`))),
  );
  const quotas = [...unified, ...legacy].filter((cores) => cores !== undefined);
  return quotas.length === 0 ? undefined : Math.min(...quotas);
}

const ROOT = '/sys/fs/cgroup';

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Another system, another version of control groups, or a group without this controller.
    return undefined;
  }
}

/**
 * Parses lines of `<number>:<controllers>:<path>` into the path of each controller. Version 2 names no controller; its
 * path is under ''.
 */
function parseGroups(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\n').flatMap((line) => {
      const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
      if (controllers === undefined || path === undefined) return [];
      return controllers.split(',').map((controller) => [controller, path] as const);
    }),
  );
}

/** `/a/b` and `/a`: a group is also bound by the limits of its parents. */
function withParents(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '');
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}

function unifiedQuota(text: string | undefined): number | undefined {
  const [, quota, period] = /^(\d+) (\d+)/.exec(text ?? '') ?? [];
  return coresOf(quota, period);
}

function legacyQuota(read: (name: string) => string | undefined): number | undefined {
  return coresOf(read('cpu.cfs_quota_us')?.trim(), read('cpu.cfs_period_us')?.trim());
}

/** "No quota" is `max` in version 2 and `-1` in version 1. */
function coresOf(quotaUs: string | undefined, periodUs: string | undefined): number | undefined {
  const cores = Number(quotaUs) / Number(periodUs);
  return cores > 0 && Number.isFinite(cores) ? cores : undefined;
}
