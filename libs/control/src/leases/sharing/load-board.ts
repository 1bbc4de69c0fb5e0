import type { LeaseQueueName } from '../../control.ts';
import { controlError } from '../../control-error.ts';
import { bullKeys, controlKeys } from '../../keys.ts';
import type { ControlConnection } from '../../redis/control-connection.ts';
import { LOCK_DURATION_MS } from '../lease-timing.ts';
import type { WorkerLoad } from './lease-load.ts';

export interface LoadBoardReading {
  /** Other living workers of the queue. */
  readonly others: readonly WorkerLoad[];
  /** Cameras that wait to be taken. */
  readonly waiting: number;
  /** Cameras that somebody holds, or held when it died; this worker's are among them. */
  readonly active: number;
  /** Workers of the queue on this host, this one included. */
  readonly hostWorkers: number;
}

/**
 * What the workers of a queue say of themselves: one field each in one hash, `<expiry, ms by Redis' clock> <host> <load>
 * <capacity> <cameras> <flags>`. One script writes one's own and reads all: at 200 workers some 10 KB twice a second each.
 */
export class LoadBoard {
  readonly #connection: ControlConnection;
  readonly #queue: LeaseQueueName;
  readonly #host: string;

  constructor(connection: ControlConnection, queue: LeaseQueueName, host: string) {
    this.#connection = connection;
    this.#queue = queue;
    this.#host = host.replace(/\s/g, '-') || '-';
  }

  /** @param costs of cameras whose cost has changed, for whoever holds them next */
  async exchange(self: WorkerLoad, costs: ReadonlyMap<string, number>): Promise<LoadBoardReading> {
    const { leaseLoads, leaseCosts, leaseClock } = controlKeys;
    const queue = this.#queue;
    const keys = [
      leaseLoads(queue),
      bullKeys.wait(queue),
      leaseCosts(queue),
      leaseClock(queue),
      bullKeys.active(queue),
    ];
    const fields = [...costs].flatMap(([cameraId, costCores]) => [cameraId, rounded(costCores)]);
    const clockSetBack = [bullKeys.stalledCheck(queue), bullKeys.prefix(queue), LOCK_DURATION_MS];
    const args = [self.id, this.#line(self), LIFETIME_MS, ...clockSetBack, ...fields];
    const [waiting, active, ...entries] = (await this.#connection.commands
      .eval(EXCHANGE, keys.length, ...keys, ...args)
      .catch((error: unknown) => Promise.reject(controlError(error)))) as [number, number, ...string[]];
    const read = [];
    for (let index = 0; index < entries.length; index += 2) {
      const worker = parse(entries[index] as string, entries[index + 1] as string);
      if (worker !== undefined) read.push(worker);
    }
    const hostWorkers = 1 + read.filter(({ host, load }) => host === this.#host && load.id !== self.id).length;
    return { others: read.map(({ load }) => load).filter(({ id }) => id !== self.id), waiting, active, hostWorkers };
  }

  async remove(id: string): Promise<void> {
    await this.#connection.commands
      .hdel(controlKeys.leaseLoads(this.#queue), id)
      .catch((error: unknown) => Promise.reject(controlError(error)));
  }

  #line({ loadCores, capacityCores, cameras, hasRoom, isLeaving }: WorkerLoad): string {
    const flags = `${hasRoom ? 'r' : '-'}${isLeaving ? 'c' : '-'}`;
    return `${this.#host} ${rounded(loadCores)} ${rounded(capacityCores)} ${cameras} ${flags}`;
  }
}

function parse(id: string, line: string): { readonly host: string; readonly load: WorkerLoad } | undefined {
  const [, host, load, capacity, cameras, flags] = /^(\S+) ([\d.]+) ([\d.]+) (\d+) ([r-][c-])$/.exec(line) ?? [];
  const [loadCores, capacityCores] = [Number(load), Number(capacity)];
  // Another version of the product, or a hand at the Redis prompt.
  if (host === undefined || flags === undefined || !(capacityCores > 0) || !(loadCores >= 0)) return undefined;
  const hasRoom = flags[0] === 'r';
  return {
    host,
    load: { id, loadCores, capacityCores, cameras: Number(cameras), hasRoom, isLeaving: flags[1] === 'c' },
  };
}

function rounded(cores: number): string {
  return cores.toFixed(3);
}

/** Two exchanges may be lost before the others think that a living worker has gone. */
const LIFETIME_MS = 1_600;

/**
 * KEYS: loads, waiting jobs, costs, clock, active jobs. ARGV: id, line, lifetime ms; key of the stalled check, prefix of job keys, ms
 * that a lock lasts; camera id and cost in turn. Returns how many wait and how many are held, then id and line of each living worker in turn; removes
 * the others.
 *
 * Redis ends locks by its own clock. Where that was set back, as when it has started on another host, those from before would stay by
 * the time that is missing, whoever held them; so would the key by which BullMQ keeps checks for expired ones apart. What it
 * showed last says so: locks then get the time that they are meant to have, in which living holders renew them.
 */
const EXCHANGE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local last = tonumber(redis.call('GET', KEYS[4]) or '0')
redis.call('SET', KEYS[4], string.format('%.0f', now))
if last > now then
  redis.call('DEL', ARGV[4])
  for _, id in ipairs(redis.call('LRANGE', KEYS[5], 0, -1)) do
    local lock = ARGV[5] .. id .. ':lock'
    if redis.call('PTTL', lock) > tonumber(ARGV[6]) then redis.call('PEXPIRE', lock, ARGV[6]) end
  end
end
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f ', now + ARGV[3]) .. ARGV[2])
for i = 7, #ARGV, 2 do redis.call('HSET', KEYS[3], ARGV[i], ARGV[i + 1]) end
local all = redis.call('HGETALL', KEYS[1])
local answer = { redis.call('LLEN', KEYS[2]), redis.call('LLEN', KEYS[5]) }
for i = 1, #all, 2 do
  local expiry, line = string.match(all[i + 1], '^(%d+) (.*)$')
  if expiry and tonumber(expiry) > now and tonumber(expiry) <= now + 2 * ARGV[3] then
    answer[#answer + 1] = all[i]
    answer[#answer + 1] = line
  else
    redis.call('HDEL', KEYS[1], all[i])
  end
end
return answer`;
