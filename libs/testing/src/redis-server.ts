import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { RunningProgram } from './process.ts';

export interface RedisServerOptions {
  readonly password?: string;
  /** Keep the data over `restart` and `kill`, as the control server does. @defaultValue false */
  readonly appendonly?: boolean;
  /** Further options as redis-server takes them, without dashes: { maxmemory: '64mb' }. */
  readonly settings?: Readonly<Record<string, string>>;
  /** A node of a Redis Cluster, not yet joined to any other; needs Redis 7. */
  readonly cluster?: { readonly nodeTimeoutMs: number };
}

const MAX_PORT_TRIES = 5;

/** A redis-server process of a test's own, on a free port of the loopback interface. */
export class RedisServer {
  readonly port: number;
  /** For the nodes of a Redis Cluster among themselves; 0 when it is none. */
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
        // Another process may have taken the port meanwhile.
        if (attempt < MAX_PORT_TRIES && String(error).includes('Address already in use')) continue;
        await rm(folder, { recursive: true, force: true });
        throw error;
      }
    }
  }

  /** redis://, with the password if there is one. */
  get url(): string {
    const { password } = this.#options;
    return `redis://${password === undefined ? '' : `:${encodeURIComponent(password)}@`}127.0.0.1:${this.port}`;
  }

  /** Ends the process and removes its files; nothing is left. */
  async stop(): Promise<void> {
    await this.#program.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** SIGKILL: clients see a broken connection. `restart` brings it back. */
  async kill(): Promise<void> {
    await this.#program.stop('SIGKILL');
  }

  /** Ends it if it runs, and starts it again on the same port; without `appendonly` it comes back empty. */
  async restart(): Promise<void> {
    await this.#program.stop();
    this.#program = await launch(this, this.#folder, this.#options);
  }

  /** The process stands still: connections stay open, nothing answers. */
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
    // Copying to a replica starts at once instead of waiting for more replicas.
    'repl-diskless-sync-delay': '0',
    // A replica is not announced before its master has sent it something.
    'repl-ping-replica-period': '1',
    // The other password is what a replica shows its master.
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
    // A replica that has just lost its master is as good as any: there is no other.
    'cluster-replica-validity-factor': '0',
  };
}
