/**
 * Plans a private redis-server. It listens on loopback unless configured otherwise, and has a random password that no
 * command line shows.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './ports.ts';
import type { ProcessPlan } from './supervised-process.ts';

export interface RedisOptions {
  readonly name: 'redis-control' | 'redis-media';
  /** Directory of its configuration, which contains the password. */
  readonly privateDir: string;
  /** Address on which it listens besides loopback. */
  readonly host?: string;
  /** Where it keeps its data for the next start; without it, it keeps none. */
  readonly dataDir?: string;
  /** Above this, commands that need memory are refused; undefined for no limit. */
  readonly maxMemoryBytes?: number;
}

export async function planRedis(options: RedisOptions): Promise<{ url: string; plan: ProcessPlan }> {
  const port = await freePort();
  const password = randomBytes(24).toString('hex');
  const file = join(options.privateDir, `${options.name}.conf`);
  writeFileSync(file, configuration(options, port, password), { mode: 0o600 });
  if (options.dataDir !== undefined) mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });

  const url = `redis://:${password}@127.0.0.1:${port}`;
  const plan: ProcessPlan = {
    name: options.name,
    command: 'redis-server',
    args: [file],
    env: () => process.env,
    hasChannel: false,
    endsLast: true,
    problem: () => pingProblem(url),
  };
  return { url, plan };
}

function configuration(
  { privateDir, host, dataDir, maxMemoryBytes }: RedisOptions,
  port: number,
  password: string,
): string {
  return [
    `bind 127.0.0.1${host === undefined ? '' : ` ${host}`}`,
    `port ${port}`,
    `requirepass ${password}`,
    `dir "${dataDir ?? privateDir}"`,
    'save ""',
    `appendonly ${dataDir === undefined ? 'no' : 'yes'}`,
    'maxmemory-policy noeviction',
    // How often a second Redis runs its housekeeping. The default of 10 took a fifth of the media server's CPU time
    // while nobody watched. Blocked commands may time out up to half a second late, which their limits allow for.
    'hz 2',
    ...(maxMemoryBytes === undefined ? [] : [`maxmemory ${maxMemoryBytes}`]),
    'daemonize no',
    '',
  ].join('\n');
}

async function pingProblem(url: string): Promise<string | undefined> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 1000 });
  // The rejection of `connect` reports the same.
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    await redis.ping();
    return undefined;
  } finally {
    redis.disconnect();
  }
}
