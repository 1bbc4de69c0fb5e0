import type { WorkerLoad } from './sharing/lease-load.ts';

/** What a worker says of itself on the load board: `<host> <load> <capacity> <cameras> <flags>`. */
export interface LoadLine {
  readonly host: string;
  readonly load: WorkerLoad;
}

export function formatLoadLine({ host, load }: LoadLine): string {
  const { loadCores, capacityCores, cameras, hasRoom, isLeaving } = load;
  const flags = `${hasRoom ? 'r' : '-'}${isLeaving ? 'c' : '-'}`;
  return `${oneWord(host)} ${formatCores(loadCores)} ${formatCores(capacityCores)} ${cameras} ${flags}`;
}

/** Undefined for what another version of the product, or a hand at the Redis prompt, has written. */
export function parseLoadLine(id: string, line: string): LoadLine | undefined {
  const [, host, load, capacity, cameras, flags] = /^(\S+) ([\d.]+) ([\d.]+) (\d+) ([r-][c-])$/.exec(line) ?? [];
  const [loadCores, capacityCores] = [Number(load), Number(capacity)];
  if (host === undefined || flags === undefined || !(capacityCores > 0) || !(loadCores >= 0)) return undefined;
  const [hasRoom, isLeaving] = [flags[0] === 'r', flags[1] === 'c'];
  return { host, load: { id, loadCores, capacityCores, cameras: Number(cameras), hasRoom, isLeaving } };
}

/** As lines hold it. */
export function oneWord(host: string): string {
  return host.replace(/\s/g, '-') || '-';
}

export function formatCores(cores: number): string {
  return cores.toFixed(3);
}
