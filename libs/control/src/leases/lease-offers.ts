import { closeRedis, type RedisClient } from '@oriel/redis-connection';
import { Queue } from 'bullmq';
import type { LeaseOffers, LeaseQueueName } from '../control.ts';
import { ControlError, controlError } from '../control-error.ts';
import { BULLMQ_PREFIX, cameraIdOfJob, controlKeys, leaseJobId } from '../keys.ts';
import type { ControlConnection } from '../redis/control-connection.ts';

/** Offers leases as BullMQ jobs. A job is waiting, held (active), or waiting out a pause (delayed); it is never kept when it has ended. */
export class BullMqLeaseOffers implements LeaseOffers {
  readonly #connection: ControlConnection;
  readonly #redis: RedisClient;
  readonly #queues: Readonly<Record<LeaseQueueName, Queue>>;

  constructor(connection: ControlConnection) {
    this.#connection = connection;
    this.#redis = connection.openForBullMq('oriel-lease-offers');
    this.#queues = { ingest: this.#openQueue('ingest'), transcode: this.#openQueue('transcode') };
  }

  async offer(queue: LeaseQueueName, cameraId: string): Promise<void> {
    // An id that exists is left as it is, whatever state the job is in.
    const options = { jobId: leaseJobId(cameraId), removeOnComplete: true, removeOnFail: true };
    await asControlError(this.#queues[queue].add('lease', {}, options));
  }

  async withdraw(queue: LeaseQueueName, cameraId: string): Promise<void> {
    const jobId = leaseJobId(cameraId);
    const { commands } = this.#connection;
    for (let attempt = 0; attempt < MAX_WITHDRAW_ATTEMPTS; attempt++) {
      // A held job cannot be removed; without its lock it is nobody's, and its holder's next renewal fails.
      await asControlError(commands.del(`${this.#queues[queue].toKey(jobId)}:lock`));
      const isRemoved = (await asControlError(this.#queues[queue].remove(jobId))) === 1;
      if (!isRemoved) continue;
      await asControlError(commands.publish(controlKeys.leaseWithdrawn(queue), cameraId));
      return;
    }
    throw new ControlError('refused', `camera ${cameraId} was taken anew each time it was withdrawn`);
  }

  async offered(queue: LeaseQueueName): Promise<readonly string[]> {
    const lists = await asControlError(
      this.#queues[queue].getBackend().getRanges(['wait', 'active', 'delayed'], 0, LAST),
    );
    const cameraIds = lists.flat().map(cameraIdOfJob);
    return [...new Set(cameraIds.filter((cameraId) => cameraId !== undefined))];
  }

  async close(): Promise<void> {
    await Promise.all([this.#queues.ingest.close(), this.#queues.transcode.close()]);
    await closeRedis(this.#redis);
  }

  #openQueue(name: LeaseQueueName): Queue {
    const queue = new Queue(name, {
      connection: this.#redis,
      prefix: BULLMQ_PREFIX,
      streams: { events: { maxLen: MAX_EVENTS } },
    });
    queue.on('error', (error) => this.#connection.report(error));
    return queue;
  }
}

async function asControlError<T>(promise: Promise<T>): Promise<T> {
  return promise.catch((error: unknown) => Promise.reject(controlError(error)));
}

/** Of a Redis range; BullMQ would give the first two. */
const LAST = -1;
/** BullMQ notes every step of every job in a stream that nothing here reads. */
const MAX_EVENTS = 100;
/** A holder can only slip in between the two steps of an attempt. */
const MAX_WITHDRAW_ATTEMPTS = 5;
