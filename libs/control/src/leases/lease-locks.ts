import type { LeaseQueueName } from '../control.ts';
import { controlError } from '../control-error.ts';
import { bullKeys, controlKeys, leaseJobId } from '../keys.ts';
import type { ControlConnection } from '../redis/control-connection.ts';
import { LOCK_SAFETY_MS } from './lease-timing.ts';

export interface LeaseGrant {
  readonly epoch: number;
  /** What the last holder measured; undefined for a camera that nobody has held. */
  readonly costCores: number | undefined;
}

/**
 * - `owner`: the lease has passed to it
 * - `successor`: the holder still has it
 * - `lost`: neither; somebody else has it, or it was withdrawn
 */
export type SuccessorState =
  | { readonly is: 'owner' | 'lost' }
  /** @property holderLeftMs until the holder's lock expires, unless it is renewed */
  | { readonly is: 'successor'; readonly holderLeftMs: number };

/**
 * The steps by which a lease changes its holder, each one script and so at one moment for everybody.
 *
 * A lease is BullMQ's lock of an active job: its token says who the holder is. A successor is a second token beside it,
 * which expires like a lock. The token moves from the one to the other in {@link pass}, or in {@link renewSuccessor} when the
 * holder's lock has expired: so at every moment at most one token is the holder's.
 */
export class LeaseLocks {
  readonly #connection: ControlConnection;
  readonly #queue: LeaseQueueName;
  readonly #lockDurationMs: number;

  constructor(connection: ControlConnection, queue: LeaseQueueName, lockDurationMs: number) {
    this.#connection = connection;
    this.#queue = queue;
    this.#lockDurationMs = lockDurationMs;
  }

  /**
   * The next epoch of a lease just taken: above every earlier one, even when the control Redis has lost its data, since a
   * counter that is missing starts at the current Unix time in seconds. Only where its clock had been ahead is it lower; the media bus then
   * takes what the lost epochs left for foreign entries, see docs/media-bus.md.
   */
  async grant(cameraId: string): Promise<LeaseGrant> {
    const { leaseEpochs, leaseCosts } = controlKeys;
    const answer = await this.#eval(GRANT, [leaseEpochs(this.#queue), leaseCosts(this.#queue)], [cameraId]);
    return grantOf(answer as [number, string]);
  }

  /** The last one granted; undefined when the control Redis has lost its data since. */
  async newestEpoch(cameraId: string): Promise<number | undefined> {
    const epoch = await this.#connection.commands
      .hget(controlKeys.leaseEpochs(this.#queue), cameraId)
      .catch((error: unknown) => Promise.reject(controlError(error)));
    return epoch === null ? undefined : Number(epoch);
  }

  /** Makes `token` the successor of the holder with `holderToken`; undefined unless that one holds it and has no successor. */
  async beginSuccession(cameraId: string, holderToken: string, token: string): Promise<LeaseGrant | undefined> {
    const { leaseEpochs, leaseCosts, leaseSuccessor } = controlKeys;
    const keys = [
      bullKeys.lock(this.#queue, cameraId),
      leaseSuccessor(this.#queue, cameraId),
      leaseEpochs(this.#queue),
      leaseCosts(this.#queue),
    ];
    const answer = await this.#eval(BEGIN, keys, [cameraId, holderToken, token, this.#lockDurationMs]);
    return answer === 0 ? undefined : grantOf(answer as [number, string]);
  }

  /**
   * Also takes the lease for the successor when its holder has let the lock expire, or all but so: the holder has given up
   * {@link LOCK_SAFETY_MS} before that, and the successor should be there before those who look for expired locks.
   */
  async renewSuccessor(cameraId: string, holderToken: string, token: string): Promise<SuccessorState> {
    const queue = this.#queue;
    const keys = [
      bullKeys.lock(queue, cameraId),
      controlKeys.leaseSuccessor(queue, cameraId),
      bullKeys.job(queue, cameraId),
      bullKeys.active(queue),
      bullKeys.wait(queue),
      bullKeys.stalled(queue),
    ];
    const args = [holderToken, token, this.#lockDurationMs, leaseJobId(cameraId), CLAIM_BELOW_MS];
    const answer = (await this.#eval(RENEW_SUCCESSOR, keys, args)) as 'owner' | 'lost' | number;
    return typeof answer === 'number' ? { is: 'successor', holderLeftMs: answer } : { is: answer };
  }

  /** Makes the successor the holder. False, and nothing changed, unless both tokens are still what they are said to be. */
  async pass(cameraId: string, holderToken: string, successorToken: string): Promise<boolean> {
    const queue = this.#queue;
    const keys = [bullKeys.lock(queue, cameraId), controlKeys.leaseSuccessor(queue, cameraId), bullKeys.stalled(queue)];
    const args = [holderToken, successorToken, this.#lockDurationMs, leaseJobId(cameraId)];
    return (await this.#eval(PASS, keys, args)) === 1;
  }

  /** Token of the camera's successor, if it has one. */
  async successorOf(cameraId: string): Promise<string | undefined> {
    const token = await this.#connection.commands
      .get(controlKeys.leaseSuccessor(this.#queue, cameraId))
      .catch((error: unknown) => Promise.reject(controlError(error)));
    return token ?? undefined;
  }

  /** The holder keeps the lease: this successor cannot get it any more. */
  async cancelSuccession(cameraId: string, successorToken: string): Promise<void> {
    await this.#eval(CANCEL, [controlKeys.leaseSuccessor(this.#queue, cameraId)], [successorToken]);
  }

  async #eval(script: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    return this.#connection.commands
      .eval(script, keys.length, ...keys, ...args)
      .catch((error: unknown) => Promise.reject(controlError(error)));
  }
}

/** See {@link LeaseLocks.renewSuccessor}: below {@link LOCK_SAFETY_MS}. */
const CLAIM_BELOW_MS = LOCK_SAFETY_MS - 50;

function grantOf([epoch, cost]: readonly [number, string]): LeaseGrant {
  const costCores = cost === '' ? Number.NaN : Number(cost);
  return { epoch, costCores: Number.isFinite(costCores) ? costCores : undefined };
}

/**
 * Higher than any before, also where a replica has become the master before it had the last grants: no lower than the time in seconds, which
 * the change of masters has taken some of.
 */
const NEXT_EPOCH = `
local function nextEpoch(key, camera)
  local epoch = math.max(tonumber(redis.call('HGET', key, camera) or 0) + 1, tonumber(redis.call('TIME')[1]))
  redis.call('HSET', key, camera, string.format('%.0f', epoch))
  return epoch
end`;

/** KEYS: epochs, costs. ARGV: camera id. Returns the new epoch, and the cost or an empty string. */
const GRANT = `${NEXT_EPOCH}
return { nextEpoch(KEYS[1], ARGV[1]), redis.call('HGET', KEYS[2], ARGV[1]) or '' }`;

/** KEYS: lock, successor, epochs, costs. ARGV: camera id, holder's token, successor's token, ms. Returns as GRANT, or 0. */
const BEGIN = `${NEXT_EPOCH}
if redis.call('GET', KEYS[1]) ~= ARGV[2] then return 0 end
if not redis.call('SET', KEYS[2], ARGV[3], 'NX', 'PX', ARGV[4]) then return 0 end
return { nextEpoch(KEYS[3], ARGV[1]), redis.call('HGET', KEYS[4], ARGV[1]) or '' }`;

/**
 * KEYS: lock, successor, job, active, wait, stalled. ARGV: holder's token, successor's token, ms, job id, ms that the holder
 * may still have left when it is replaced. Returns 'owner', 'lost', or the ms that the holder has left.
 *
 * An expired lock's job is active, or waiting when a stalled check came first; in any other state it is not to be held.
 */
const RENEW_SUCCESSOR = `
local lock = redis.call('GET', KEYS[1])
if lock == ARGV[2] then
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
  redis.call('SREM', KEYS[6], ARGV[4])
  return 'owner'
end
if redis.call('GET', KEYS[2]) ~= ARGV[2] then return 'lost' end
if lock == ARGV[1] then
  local left = redis.call('PTTL', KEYS[1])
  if left > tonumber(ARGV[5]) then
    redis.call('PEXPIRE', KEYS[2], ARGV[3])
    return left
  end
  lock = false
end
redis.call('DEL', KEYS[2])
if lock or redis.call('EXISTS', KEYS[3]) == 0 then return 'lost' end
local found = redis.call('LREM', KEYS[4], 0, ARGV[4]) + redis.call('LREM', KEYS[5], 0, ARGV[4])
if found == 0 then return 'lost' end
redis.call('LPUSH', KEYS[4], ARGV[4])
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('SREM', KEYS[6], ARGV[4])
return 'owner'`;

/** KEYS: lock, successor, stalled. ARGV: holder's token, successor's token, ms, job id. Returns 1 or 0. */
const PASS = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] or redis.call('GET', KEYS[2]) ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('SREM', KEYS[3], ARGV[4])
redis.call('DEL', KEYS[2])
return 1`;

/** KEYS: successor. ARGV: successor's token. */
const CANCEL = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 0`;
