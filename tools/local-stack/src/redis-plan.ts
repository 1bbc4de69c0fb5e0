/** A private redis-server: on the loopback interface unless told otherwise, with a password of its own that no command line shows. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './ports.ts';
import type { ProcessPlan } from './supervised-process.ts';

export interface RedisOptions {
  readonly name: 'redis-control' | 'redis-media';
  /** For its configuration, which holds the password. */
  readonly privateDir: string;
  /** Where it listens beside the loopback interface. */
  readonly host?: string;
  /** Where it keeps its data for the next start; without, it keeps none. */
  readonly dataDir?: string;
  /** Commands that need more memory are refused; undefined for no limit. */
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
    // Redis looks after itself so many times a second, 10 by default: a fifth of what the media server took while nobody watched. Blocked commands
    // may end that much later, half a second, which their time limits leave room for.
    'hz 2',
    ...(maxMemoryBytes === undefined ? [] : [`maxmemory ${maxMemoryBytes}`]),
    'daemonize no',
    '',
  ].join('\n');
}

async function pingProblem(url: string): Promise<string | undefined> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 1000 });
  // The rejection of `connect` says the same.
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    await redis.ping();
    return undefined;
  } finally {
    redis.disconnect();
  }
}
