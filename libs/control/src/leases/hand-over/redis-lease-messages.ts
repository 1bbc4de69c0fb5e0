import type { LeaseQueueName } from '@oriel/model';
import { controlKeys } from '../../keys.ts';
import type { ControlConnection } from '../../redis/control-connection.ts';
import type { LeaseMessage, LeaseMessages } from './lease-message.ts';

export class RedisLeaseMessages implements LeaseMessages {
  readonly #connection: ControlConnection;
  readonly #queue: LeaseQueueName;

  constructor(connection: ControlConnection, queue: LeaseQueueName) {
    this.#connection = connection;
    this.#queue = queue;
  }

  send(to: string, message: LeaseMessage): void {
    this.#connection.commands
      .publish(controlKeys.leaseMessages(this.#queue, to), JSON.stringify(message))
      .catch((error: unknown) => this.#connection.report(error));
  }
}
