import { hostname } from 'node:os';
import { controlKeys } from '../../keys.ts';
import type { ControlConnection } from '../../redis/control-connection.ts';
import { parseLeaseMessage } from '../hand-over/lease-message.ts';
import { RedisLeaseMessages } from '../hand-over/redis-lease-messages.ts';
import type { LeaseWorker, LeaseWorkerLoad, LeaseWorkerOptions } from '../lease.ts';
import { LOCK_DURATION_MS } from '../lease-timing.ts';
import { processClock } from '../ledger/lease-clock.ts';
import type { LeaseLogger } from '../ledger/lease-table.ts';
import { FixedCapacity } from '../sharing/fixed-capacity.ts';
import { LeaseBalancer } from '../sharing/lease-balancer.ts';
import { RedisLeaseStore } from '../store/redis-lease-store.ts';
import { LeaseWorkerCore } from './lease-worker-core.ts';

export interface LeaseWorkerDeps {
  readonly connection: ControlConnection;
  /** Gets the error of a rejected `run`. The camera becomes free after a pause of 1 s. */
  readonly onRunFailed: (cameraId: string, error: unknown) => void;
  /** Logs each move of each lease as `debug`. @defaultValue no log */
  readonly logger?: LeaseLogger;
  /** How long a lock lasts in Redis without a renewal. Must be the same for all workers of a queue. @defaultValue 1500 */
  readonly lockDurationMs?: number;
}

/** A lease worker on the control Redis. */
export class RedisLeaseWorker implements LeaseWorker {
  readonly #connection: ControlConnection;
  readonly #options: LeaseWorkerOptions;
  readonly #core: LeaseWorkerCore;
  readonly #unsubscribe: (() => Promise<void>)[] = [];
  #closing: Promise<void> | undefined;

  constructor(deps: LeaseWorkerDeps, options: LeaseWorkerOptions) {
    const { connection, logger, onRunFailed, lockDurationMs = LOCK_DURATION_MS } = deps;
    const { queue, instanceId, maxLeases, capacity = new FixedCapacity(maxLeases) } = options;
    this.#connection = connection;
    this.#options = options;
    const clock = processClock;
    this.#core = new LeaseWorkerCore(
      {
        store: new RedisLeaseStore(connection, queue, lockDurationMs),
        messages: new RedisLeaseMessages(connection, queue),
        balancer: new LeaseBalancer({ id: instanceId, capacity, maxLeases, nowMs: clock.nowMs }),
        clock,
        host: hostname(),
        lockDurationMs,
        logger,
        onRunFailed,
        onError: (error) => connection.report(error),
      },
      options,
    );
  }

  get held(): readonly string[] {
    return this.#core.held;
  }

  get load(): LeaseWorkerLoad {
    return this.#core.load;
  }

  async start(): Promise<void> {
    const { queue, instanceId } = this.#options;
    await this.#listen(controlKeys.leasesFree(queue), () => this.#core.leaseFree());
    await this.#listen(controlKeys.leaseWithdrawn(queue), (cameraId) => this.#core.leaseWithdrawn(cameraId));
    await this.#listen(controlKeys.leaseMessages(queue, instanceId), (json) => {
      const message = parseLeaseMessage(json);
      if (message !== undefined) this.#core.onMessage(message);
    });
    await this.#core.start();
  }

  close(): Promise<void> {
    this.#closing ??= this.#core.close().then(async () => {
      await Promise.all(this.#unsubscribe.map((unsubscribe) => unsubscribe()));
    });
    return this.#closing;
  }

  async #listen(channel: string, onMessage: (message: string) => void): Promise<void> {
    this.#unsubscribe.push(await this.#connection.subscribe(channel, onMessage));
  }
}
