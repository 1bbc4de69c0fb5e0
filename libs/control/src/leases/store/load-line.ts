import type { WorkerLoad } from '../sharing/worker-load.ts';

/** A worker's entry on the load board: `<host> <load> <capacity> <cameras> <flags>`. */
export interface LoadLine {
  readonly host: string;
  readonly load: WorkerLoad;
}

export function formatLoadLine({ host, load }: LoadLine): string {
  const { cameras, hasRoom, isLeaving } = load;
  const flags = `${hasRoom ? 'r' : '-'}${isLeaving ? 'c' : '-'}`;
  return `${oneWord(host)} ${formatAmount(load.load)} ${formatAmount(load.capacity)} ${cameras} ${flags}`;
}

/** Undefined for a line that another version of the product, or someone in redis-cli, has written. */
export function parseLoadLine(id: string, line: string): LoadLine | undefined {
  const [, host, loadText, capacityText, cameras, flags] =
    /^(\S+) ([\d.]+) ([\d.]+) (\d+) ([r-][c-])$/.exec(line) ?? [];
  const [load, capacity] = [Number(loadText), Number(capacityText)];
  if (host === undefined || flags === undefined || !(capacity > 0) || !(load >= 0)) return undefined;
  const [hasRoom, isLeaving] = [flags[0] === 'r', flags[1] === 'c'];
  return { host, load: { id, load, capacity, cameras: Number(cameras), hasRoom, isLeaving } };
}

/** Host name without whitespace, which separates the fields of a line. */
export function oneWord(host: string): string {
  return host.replace(/\s/g, '-') || '-';
}

/** @param amount in the unit of the queue's capacity policy */
export function formatAmount(amount: number): string {
  return amount.toFixed(3);
}
