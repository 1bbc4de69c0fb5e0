import type { LeaseQueueName } from '@oriel/model';
import type { LeaseOffers } from '../leases/lease.ts';
import type { CameraCatalog } from './camera-catalog.ts';

/**
 * Matches the leases of a queue to the catalog: offers missing cameras and withdraws the others. Idempotent, so every process of a service may
 * run it, and it needs no particular one to be alive.
 */
export async function offerCatalog(
  catalog: Pick<CameraCatalog, 'list'>,
  offers: Pick<LeaseOffers, 'offer' | 'offered' | 'withdraw'>,
  queue: LeaseQueueName,
): Promise<void> {
  const offered = new Set(await offers.offered(queue));
  const cameraIds = new Set(catalog.list().map(({ id }) => id));
  const missing = [...cameraIds].filter((cameraId) => !offered.has(cameraId));
  if (missing.length > 0) await offers.offer(queue, ...missing);
  for (const cameraId of offered) if (!cameraIds.has(cameraId)) await offers.withdraw(queue, cameraId);
}
