import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { RunningProgram } from './process.ts';

export interface RedisServerOptions {
  readonly password?: string;
  /** Keeps the data across `restart` and `kill`, like the control server. @defaultValue false */
  readonly appendonly?: boolean;
  /** More redis-server options, without dashes, e.g. `{ maxmemory: '64mb' }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Starts a Redis Cluster node that has joined no other. Needs Redis 7. */
  readonly cluster?: { readonly nodeTimeoutMs: number };
}

const MAX_PORT_TRIES = 5;

/** A test's own redis-server process, on a free port of the loopback interface. */
export class RedisServer {
  readonly port: number;
  /** Port of the Redis Cluster bus; 0 without Redis Cluster. */
  readonly busPort: number;
  readonly #options: RedisServerOptions;
  readonly #folder: string;
  #program: RunningProgram;

  private constructor(ports: Ports, folder: string, program: RunningProgram, options: RedisServerOptions) {
    this.port = ports.port;
    this.busPort = ports.busPort;
    this.#folder = folder;
    this.#program = program;
    this.#options = options;
  }

  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'oriel-redis-'));
    for (let attempt = 1; ; attempt++) {
      const ports = { port: await freePort(), busPort: options.cluster === undefined ? 0 : await freePort() };
      try {
        return new RedisServer(ports, folder, await launch(ports, folder, options), options);
      } catch (error) {
        // Another process may have taken the port in the meantime.
        if (attempt < MAX_PORT_TRIES && String(error).includes('Address already in use')) continue;
        await rm(folder, { recursive: true, force: true });
        throw error;
      }
    }
  }

  /** `redis://`, with the password if there is one. */
  get url(): string {
    const { password } = this.#options;
    return `redis://${password === undefined ? '' : `:${encodeURIComponent(password)}@`}127.0.0.1:${this.port}`;
  }

  /** Ends the process and removes its files. */
  async stop(): Promise<void> {
    await this.#program.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Kills the process with SIGKILL; clients see a broken connection. `restart` brings it back. */
  async kill(): Promise<void> {
    await this.#program.stop('SIGKILL');
  }

  /** Restarts the server on the same port. Without `appendonly` it comes back empty. */
  async restart(): Promise<void> {
    await this.#program.stop();
    this.#program = await launch(this, this.#folder, this.#options);
  }

  /** Freezes the process with SIGSTOP: connections stay open, but nothing answers. */
  pause(): void {
    this.#program.signal('SIGSTOP');
  }

  resume(): void {
    this.#program.signal('SIGCONT');
  }
}

interface Ports {
  readonly port: number;
  readonly busPort: number;
}

function launch({ port, busPort }: Ports, folder: string, options: RedisServerOptions): Promise<RunningProgram> {
  const { password, appendonly = false, settings = {}, cluster } = options;
  const all: Record<string, string> = {
    port: String(port),
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: appendonly ? 'yes' : 'no',
    // Lets a test kill the server right after a write and still find it.
    appendfsync: 'always',
    // Synchronises a replica at once instead of waiting for more replicas.
    'repl-diskless-sync-delay': '0',
    // A replica is announced only after its master's first ping.
    'repl-ping-replica-period': '1',
    // `masterauth` is the password that a replica sends to its master.
    ...(password === undefined ? {} : { requirepass: password, masterauth: password }),
    ...(cluster === undefined ? {} : clusterSettings(cluster.nodeTimeoutMs, busPort)),
    ...settings,
  };
  const args = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
  return RunningProgram.start({ command: 'redis-server', args, ready: /Ready to accept connections/ });
}

function clusterSettings(nodeTimeoutMs: number, busPort: number): Record<string, string> {
  return {
    'cluster-enabled': 'yes',
    'cluster-port': String(busPort),
    'cluster-node-timeout': String(nodeTimeoutMs),
    // Lets a replica take over however stale its data is, because there is no other.
    'cluster-replica-validity-factor': '0',
  };
}
