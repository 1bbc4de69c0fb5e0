/** What a Redis server has done since it started, as it tells itself (INFO). */
import { Redis } from 'ioredis';

export interface RedisCounters {
  /** User and system time of all its threads; to the microsecond, where /proc counts in hundredths of a second. */
  readonly cpuSeconds: number;
  readonly commands: number;
  readonly inBytes: number;
  readonly outBytes: number;
}

export interface RedisRates {
  readonly cores: number;
  readonly commandsPerSecond: number;
  readonly inBytesPerSecond: number;
  readonly outBytesPerSecond: number;
}

/** @param url with its password */
export async function readRedis(url: string): Promise<RedisCounters> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  // The rejection of `connect` says the same.
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return redisCountersIn(await redis.info('cpu', 'stats'));
  } finally {
    redis.disconnect();
  }
}

export function redisCountersIn(info: string): RedisCounters {
  const field = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1]);
  return {
    cpuSeconds: field('used_cpu_user') + field('used_cpu_sys'),
    commands: field('total_commands_processed'),
    inBytes: field('total_net_input_bytes'),
    outBytes: field('total_net_output_bytes'),
  };
}

export function redisRatesBetween(before: RedisCounters, after: RedisCounters, seconds: number): RedisRates {
  return {
    cores: (after.cpuSeconds - before.cpuSeconds) / seconds,
    commandsPerSecond: (after.commands - before.commands) / seconds,
    inBytesPerSecond: (after.inBytes - before.inBytes) / seconds,
    outBytesPerSecond: (after.outBytes - before.outBytes) / seconds,
  };
}
