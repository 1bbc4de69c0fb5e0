import type { ServiceName } from '@oriel/model';
import { waitFor } from '@oriel/testing';

/** One process as GET /api/system shows it, as far as the tests look at it. */
export interface ListedInstance {
  readonly id: string;
  readonly service: ServiceName;
  /** In a container: the beginning of its id, unless it has the name of its node. */
  readonly host: string;
  readonly healthUrl: string;
  readonly healthy: boolean;
  readonly cameras: readonly string[];
  readonly viewers: number;
  readonly loadCores?: number;
  readonly capacityCores: number;
  readonly shortage?: string;
}

/** @param url of the page */
export async function listInstances(url: string, service?: ListedInstance['service']): Promise<ListedInstance[]> {
  const response = await fetch(`${url}/api/system`, { signal: AbortSignal.timeout(5000) });
  const { instances } = (await response.json()) as { instances: ListedInstance[] };
  return instances.filter((instance) => service === undefined || instance.service === service);
}

/** The instances of a service, as soon as there are so many and all are healthy. */
export function healthyInstances(
  url: string,
  service: ListedInstance['service'],
  count: number,
): Promise<ListedInstance[]> {
  return waitFor(
    async () => {
      const listed = await listInstances(url, service);
      return listed.length === count && listed.every(({ healthy }) => healthy) && listed;
    },
    { what: `${count} healthy of ${service}`, deadlineMs: 60_000, intervalMs: 100 },
  );
}

/** Resolves once there are so many transcoders and none holds two cameras more than another: which cameras of one kind makes equal shares. */
export async function sharedEvenly(url: string, transcoders: number): Promise<void> {
  await waitFor(
    async () => {
      const held = (await listInstances(url, 'transcoder')).map(({ cameras }) => cameras.length);
      return held.length === transcoders && Math.min(...held) > 0 && Math.max(...held) - Math.min(...held) <= 1;
    },
    { what: `${transcoders} transcoders with equal shares`, deadlineMs: 60_000, intervalMs: 100 },
  );
}

/** Cores that all transcoders together say they need for their cameras, as soon as that stays the same for a while. */
export async function settledLoadCores(url: string): Promise<number> {
  let before = 0;
  return waitFor(
    async () => {
      const listed = await listInstances(url, 'transcoder');
      const loadCores = listed.reduce((sum, instance) => sum + (instance.loadCores ?? 0), 0);
      const isSettled = loadCores > 0 && Math.abs(loadCores - before) < SETTLED_SHARE * loadCores;
      before = loadCores;
      return isSettled && loadCores;
    },
    { what: 'a load that stays the same', deadlineMs: 60_000, intervalMs: 3_000 },
  );
}

const SETTLED_SHARE = 0.05;
