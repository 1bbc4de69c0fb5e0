import type { WorkerLoad } from '../sharing/worker-load.ts';

/** What a worker says of itself on the load board: `<host> <load> <capacity> <cameras> <flags>`. */
export interface LoadLine {
  readonly host: string;
  readonly load: WorkerLoad;
}

export function formatLoadLine({ host, load }: LoadLine): string {
  const { cameras, hasRoom, isLeaving } = load;
  const flags = `${hasRoom ? 'r' : '-'}${isLeaving ? 'c' : '-'}`;
  return `${oneWord(host)} ${formatAmount(load.load)} ${formatAmount(load.capacity)} ${cameras} ${flags}`;
}

/** Undefined for what another version of the product, or a hand at the Redis prompt, has written. */
export function parseLoadLine(id: string, line: string): LoadLine | undefined {
  const [, host, loadText, capacityText, cameras, flags] =
    /^(\S+) ([\d.]+) ([\d.]+) (\d+) ([r-][c-])$/.exec(line) ?? [];
  const [load, capacity] = [Number(loadText), Number(capacityText)];
  if (host === undefined || flags === undefined || !(capacity > 0) || !(load >= 0)) return undefined;
  const [hasRoom, isLeaving] = [flags[0] === 'r', flags[1] === 'c'];
  return { host, load: { id, load, capacity, cameras: Number(cameras), hasRoom, isLeaving } };
}

/** As lines hold it. */
export function oneWord(host: string): string {
  return host.replace(/\s/g, '-') || '-';
}

/** In the unit of the queue's capacity policy. */
export function formatAmount(amount: number): string {
  return amount.toFixed(3);
}
