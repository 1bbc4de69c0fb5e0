import type { LeaseQueueName } from '@oriel/model';
import type { LeaseOffers } from '../leases/lease.ts';
import type { CameraCatalog } from './camera-catalog.ts';

/**
 * Makes the leases of a queue those of the catalog's cameras: offers the ones that are missing and withdraws the others. The same whoever does it and
 * however often, so every process of a service does it, and one is always there to do it.
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
