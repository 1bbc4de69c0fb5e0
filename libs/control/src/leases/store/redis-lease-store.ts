import type { LeaseQueueName } from '@oriel/model';
import { isCameraId } from '@oriel/model';
import { ControlError, controlError } from '../../control-error.ts';
import { controlKeys } from '../../keys.ts';
import type { ControlConnection } from '../../redis/control-connection.ts';
import { LOCK_DURATION_MS, SYNC_INTERVAL_MS } from '../lease-timing.ts';
import {
  BEGIN_SUCCESSION,
  CANCEL_SUCCESSION,
  type LeaseScript,
  OFFER,
  RELEASE,
  SYNC,
  TAKE,
  WITHDRAW,
} from './lease-scripts.ts';
import type { LeaseGrant, LeaseStore, LeaseToken, SyncAnswer, SyncRequest, WithoutSuccessor } from './lease-store.ts';
import { formatAmount, formatLoadLine, oneWord, parseLoadLine } from './load-line.ts';

/** Leases of one queue in the control Redis. docs/leases.md describes the keys and scripts. */
export class RedisLeaseStore implements LeaseStore {
  readonly #connection: ControlConnection;
  readonly #queue: LeaseQueueName;
  readonly #lockDurationMs: number;
  readonly #keys: readonly string[];

  constructor(connection: ControlConnection, queue: LeaseQueueName, lockDurationMs = LOCK_DURATION_MS) {
    this.#connection = connection;
    this.#queue = queue;
    this.#lockDurationMs = lockDurationMs;
    const { leases, leaseHolders, leaseSuccessors, leaseEpochs, leaseCosts, leaseLoads } = controlKeys;
    // The scripts expect this order.
    const keys = [leases, leaseHolders, leaseSuccessors, leaseEpochs, leaseCosts, leaseLoads];
    this.#keys = keys.map((keyOf) => keyOf(queue));
  }

  /** Ignores cameras already offered, held or not. */
  async offer(cameraIds: readonly string[]): Promise<void> {
    if (cameraIds.length > 0) await this.#run(OFFER, [controlKeys.leasesFree(this.#queue), ...cameraIds]);
  }

  /** Removes the camera from the queue, held or not. */
  async withdraw(cameraId: string): Promise<void> {
    await this.#run(WITHDRAW, [controlKeys.leaseWithdrawn(this.#queue), cameraId]);
  }

  /** Ids of all offered cameras, held or not. */
  async offered(): Promise<readonly string[]> {
    const ids = await this.#answer(this.#connection.commands.zrange(controlKeys.leases(this.#queue), '0', '-1'));
    return ids.filter(isCameraId);
  }

  async take(token: string, most: number): Promise<readonly LeaseGrant[]> {
    const answer = (await this.#run(TAKE, [token, most])) as RawGrant[];
    const grants = answer.map(grantOf);
    for (const { cameraId } of grants) if (!isCameraId(cameraId)) this.#putAway({ cameraId, token });
    return grants.filter(({ cameraId }) => isCameraId(cameraId));
  }

  async sync({ self, host, held, successions, newCosts }: SyncRequest): Promise<SyncAnswer> {
    const line = formatLoadLine({ host, load: self });
    const tokens = [...held, ...successions].flatMap(({ cameraId, token }) => [cameraId, token]);
    const costs = [...newCosts].flatMap(([cameraId, cost]) => [cameraId, formatAmount(cost)]);
    const counts = [held.length, successions.length];
    const args = [self.id, line, LOCK_DURATION_MS, SYNC_INTERVAL_MS, ...counts, ...tokens, ...costs];
    const [waiting, leftOver, nextExpiryMs, lost, withdrawn, passed, board] = (await this.#run(
      SYNC,
      args,
    )) as RawSyncAnswer;
    const lines = pairsOf(board).flatMap(([id, text]) => parseLoadLine(id, text) ?? []);
    const others = lines.filter(({ load }) => load.id !== self.id);
    return {
      waiting,
      leftOver,
      nextExpiryMs: nextExpiryMs < 0 ? undefined : nextExpiryMs,
      lost,
      withdrawn,
      passed,
      others: others.map(({ load }) => load),
      hostWorkers: 1 + others.filter((other) => other.host === oneWord(host)).length,
    };
  }

  async beginSuccession(cameraId: string, holderToken: string, token: string): Promise<LeaseGrant | undefined> {
    const answer = (await this.#run(BEGIN_SUCCESSION, [cameraId, holderToken, token])) as RawGrant | [];
    return answer.length === 0 ? undefined : grantOf(answer);
  }

  async cancelSuccession({ cameraId, token }: LeaseToken): Promise<void> {
    await this.#run(CANCEL_SUCCESSION, [cameraId, token]);
  }

  async release({ cameraId, token }: LeaseToken, withoutSuccessor: WithoutSuccessor): Promise<string | undefined> {
    const channel = controlKeys.leasesFree(this.#queue);
    const successor = (await this.#run(RELEASE, [channel, cameraId, token, withoutSuccessor])) as string;
    return successor === '' ? undefined : successor;
  }

  async newestEpoch(cameraId: string): Promise<number | undefined> {
    const { commands } = this.#connection;
    const epoch = await this.#answer(commands.hget(controlKeys.leaseEpochs(this.#queue), cameraId));
    return epoch === null ? undefined : Number(epoch);
  }

  async leave(workerId: string): Promise<void> {
    await this.#answer(this.#connection.commands.hdel(controlKeys.leaseLoads(this.#queue), workerId));
  }

  /** Removes an invalid id: nobody could work on it, and it would be granted again each time its lock expires. */
  #putAway(lease: LeaseToken): void {
    this.#connection.report(new ControlError('invalid', `queue ${this.#queue} held what is no camera id`));
    this.release(lease, 'remove').catch((error: unknown) => this.#connection.report(error));
  }

  #run(script: LeaseScript, args: readonly (string | number)[]): Promise<unknown> {
    const { commands } = this.#connection;
    const all = [this.#keys.length, ...this.#keys, this.#lockDurationMs, ...args] as const;
    const asked = commands.evalsha(script.sha1, ...all).catch((error: unknown) => {
      if (!String(error).includes('NOSCRIPT')) throw error;
      return commands.eval(script.lua, ...all);
    });
    return this.#answer(asked);
  }

  /** Waits no longer than a lock lasts: after that no answer could save a lease. */
  async #answer<T>(asked: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      const error = new ControlError('disconnected', 'Redis (control) does not answer; leases end with their locks');
      timer = setTimeout(() => reject(error), this.#lockDurationMs);
    });
    return Promise.race([asked, tooLate])
      .catch((error: unknown) => Promise.reject(controlError(error)))
      .finally(() => clearTimeout(timer));
  }
}

type RawGrant = [cameraId: string, epoch: number, cost: string];
type RawSyncAnswer = [
  waiting: number,
  leftOver: number,
  nextExpiryMs: number,
  lost: string[],
  withdrawn: string[],
  passed: string[],
  board: string[],
];

function grantOf([cameraId, epoch, costText]: RawGrant): LeaseGrant {
  const cost = costText === '' ? Number.NaN : Number(costText);
  return { cameraId, epoch, cost: Number.isFinite(cost) ? cost : undefined };
}

function pairsOf(flat: readonly string[]): readonly (readonly [string, string])[] {
  return flat.flatMap((each, index) => (index % 2 === 0 ? [[each, flat[index + 1] ?? ''] as const] : []));
}
