import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';
import { RunningProgram } from './process.ts';
import { RedisServer } from './redis-server.ts';
import { waitFor } from './wait-for.ts';

export interface RedisSentinelsOptions {
  /** Password of the two servers. The Sentinels need none unless {@link sentinelPassword} is given. */
  readonly password?: string;
  readonly sentinelPassword?: string;
  readonly appendonly?: boolean;
  /** Silence after which the Sentinels consider the master dead. @defaultValue 500 */
  readonly downAfterMs?: number;
}

/** A test's own master, replica and three Sentinels, on the loopback interface. */
export class RedisSentinels {
  readonly servers: readonly [RedisServer, RedisServer];
  readonly masterName = 'oriel';
  readonly #options: RedisSentinelsOptions;
  readonly #sentinels: Sentinel[] = [];

  private constructor(servers: readonly [RedisServer, RedisServer], options: RedisSentinelsOptions) {
    this.servers = servers;
    this.#options = options;
  }

  /** Resolves once the replica is up to date and every Sentinel knows it and the other Sentinels. */
  static async start(options: RedisSentinelsOptions = {}): Promise<RedisSentinels> {
    const { password, appendonly = false } = options;
    const server = { appendonly, ...(password === undefined ? {} : { password }) };
    const master = await RedisServer.start(server);
    const replica = await RedisServer.start(server).catch(async (error: unknown) => {
      await master.stop();
      throw error;
    });
    const sentinels = new RedisSentinels([master, replica], options);
    try {
      await sentinels.#join();
      return sentinels;
    } catch (error) {
      await sentinels.stop();
      throw error;
    }
  }

  /** `redis+sentinel://` with all Sentinels, the master's name, and the passwords if any. */
  get url(): string {
    const { password, sentinelPassword } = this.#options;
    const userInfo = password === undefined ? '' : `:${encodeURIComponent(password)}@`;
    const query = sentinelPassword === undefined ? '' : `?sentinel_password=${encodeURIComponent(sentinelPassword)}`;
    const hosts = this.#sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',');
    return `redis+sentinel://${userInfo}${hosts}/${this.masterName}${query}`;
  }

  /** The current master, according to the first Sentinel. */
  async master(): Promise<RedisServer> {
    const [, port] = (await this.#ask((redis) =>
      redis.call('SENTINEL', 'get-master-addr-by-name', this.masterName),
    )) as [string, string];
    return this.servers.find((server) => server.port === Number(port)) as RedisServer;
  }

  /** Ends all processes and removes their files. */
  async stop(): Promise<void> {
    await Promise.all(this.#sentinels.map((sentinel) => sentinel.stop()));
    await Promise.all(this.servers.map((server) => server.stop()));
  }

  /** Kills all Sentinels with SIGKILL: clients can no longer look up the master, and nothing replaces it. */
  async killSentinels(): Promise<void> {
    await Promise.all(this.#sentinels.map((sentinel) => sentinel.stop('SIGKILL')));
  }

  async #join(): Promise<void> {
    const [master, replica] = this.servers;
    await ask(replica.url, async (redis) => {
      await redis.replicaof('127.0.0.1', master.port);
      await waitFor(async () => (await redis.info('replication')).includes('master_link_status:up'));
    });
    const { password, sentinelPassword, downAfterMs = 500 } = this.#options;
    const lines = [
      `sentinel monitor ${this.masterName} 127.0.0.1 ${master.port} ${QUORUM}`,
      `sentinel down-after-milliseconds ${this.masterName} ${downAfterMs}`,
      `sentinel failover-timeout ${this.masterName} 2000`,
      ...(password === undefined ? [] : [`sentinel auth-pass ${this.masterName} ${JSON.stringify(password)}`]),
      ...(sentinelPassword === undefined ? [] : [`requirepass ${JSON.stringify(sentinelPassword)}`]),
    ];
    for (let count = 0; count < SENTINELS; count++) this.#sentinels.push(await Sentinel.start(lines));
    for (const { port } of this.#sentinels) {
      await this.#askAt(port, (redis) =>
        waitFor(
          async () => {
            const fields = (await redis.call('SENTINEL', 'MASTER', this.masterName)) as string[];
            const field = (name: string) => Number(fields[fields.indexOf(name) + 1]);
            return field('num-other-sentinels') === SENTINELS - 1 && field('num-slaves') === 1;
          },
          { what: 'Sentinels that know each other', deadlineMs: 20_000 },
        ),
      );
    }
  }

  #ask<T>(question: (redis: Redis) => Promise<T>): Promise<T> {
    return this.#askAt(this.#sentinels[0]?.port ?? 0, question);
  }

  #askAt<T>(port: number, question: (redis: Redis) => Promise<T>): Promise<T> {
    const { sentinelPassword } = this.#options;
    const userInfo = sentinelPassword === undefined ? '' : `:${encodeURIComponent(sentinelPassword)}@`;
    return ask(`redis://${userInfo}127.0.0.1:${port}`, question);
  }
}

const SENTINELS = 3;
const QUORUM = 2;

class Sentinel {
  readonly port: number;
  readonly #folder: string;
  readonly #program: RunningProgram;

  private constructor(port: number, folder: string, program: RunningProgram) {
    this.port = port;
    this.#folder = folder;
    this.#program = program;
  }

  static async start(configuration: readonly string[]): Promise<Sentinel> {
    const folder = await mkdtemp(join(tmpdir(), 'oriel-sentinel-'));
    const port = await freePort();
    // Sentinels rewrite their configuration, so each needs its own file.
    const file = join(folder, 'sentinel.conf');
    await writeFile(file, [`port ${port}`, 'bind 127.0.0.1', `dir "${folder}"`, ...configuration, ''].join('\n'));
    try {
      const program = await RunningProgram.start({
        command: 'redis-server',
        args: [file, '--sentinel'],
        ready: /\+monitor master/,
      });
      return new Sentinel(port, folder, program);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async stop(signal?: NodeJS.Signals): Promise<void> {
    await this.#program.stop(signal);
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function ask<T>(url: string, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, {
    lazyConnect: true,
    enableReadyCheck: false,
    disableClientInfo: true,
    retryStrategy: () => null,
  });
  // The question's rejection reports the same error.
  redis.on('error', () => undefined);
  try {
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}
