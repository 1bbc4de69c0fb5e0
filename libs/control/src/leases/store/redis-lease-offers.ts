import type { LeaseQueueName } from '@oriel/model';
import { checkedCameraId } from '../../keys.ts';
import type { ControlConnection } from '../../redis/control-connection.ts';
import type { LeaseOffers } from '../lease.ts';
import { RedisLeaseStore } from './redis-lease-store.ts';

export class RedisLeaseOffers implements LeaseOffers {
  readonly #connection: ControlConnection;

  constructor(connection: ControlConnection) {
    this.#connection = connection;
  }

  async offer(queue: LeaseQueueName, ...cameraIds: readonly string[]): Promise<void> {
    await this.#store(queue).offer(cameraIds.map(checkedCameraId));
  }

  async withdraw(queue: LeaseQueueName, cameraId: string): Promise<void> {
    await this.#store(queue).withdraw(checkedCameraId(cameraId));
  }

  async offered(queue: LeaseQueueName): Promise<readonly string[]> {
    return this.#store(queue).offered();
  }

  #store(queue: LeaseQueueName): RedisLeaseStore {
    return new RedisLeaseStore(this.#connection, queue);
  }
}
