/**
 * Single processes in network namespaces of their own, each joined to the machine by a pair of virtual interfaces, with packet
 * filters that can make connections fall silent. Everything is made when it is opened, and gone when it is closed.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Launch, RedisUrls } from '@oriel/local-stack';
import { MissingMeans, type Stage } from './failure.ts';

interface Network {
  readonly namespace: string;
  /** Of the process. */
  readonly address: string;
}

export class SeparateNetworks implements Stage {
  readonly #networks: ReadonlyMap<string, Network>;
  readonly redisHost: string;
  readonly cameraHost: string;

  /** @param processes those that get a network of their own */
  static async open(processes: readonly string[]): Promise<SeparateNetworks> {
    if (process.getuid?.() !== 0) throw new MissingMeans('needs root, for network namespaces');
    const networks = new Map<string, Network>();
    try {
      removeLeftBehind();
      for (const [index, name] of processes.entries()) networks.set(name, makeNetwork(index));
    } catch (error) {
      for (const { namespace } of networks.values()) removeNetwork(namespace);
      const why = error instanceof Error ? error.message.split('\n').find((line) => line.trim() !== '') : String(error);
      throw new MissingMeans(`needs network namespaces (iproute2, iptables): ${why}`);
    }
    return new SeparateNetworks(networks);
  }

  private constructor(networks: ReadonlyMap<string, Network>) {
    this.#networks = networks;
    // The machine answers at any of its addresses, whichever way a packet comes.
    this.redisHost = hostAddress(0);
    this.cameraHost = hostAddress(0);
  }

  readonly launch = (name: string, launch: Launch, { controlUrl, mediaUrl }: RedisUrls): Launch => {
    const network = this.#networks.get(name);
    if (network === undefined) return launch;
    const elsewhere = (url: string) => url.replace('@127.0.0.1:', `@${this.redisHost}:`);
    return {
      command: 'ip',
      args: ['netns', 'exec', network.namespace, launch.command, ...launch.args],
      env: {
        ...launch.env,
        ORIEL_REDIS_CONTROL_URL: elsewhere(controlUrl),
        ORIEL_REDIS_MEDIA_URL: elsewhere(mediaUrl),
        [name.startsWith('gateway') ? 'ORIEL_SERVER_HOST' : 'ORIEL_HEALTH_HOST']: network.address,
      },
    };
  };

  /** From now on no packet comes or goes between the process and these ports of the machine. */
  cut(name: string, ports: readonly number[]): void {
    for (const port of ports) {
      const rule = ['-p', 'tcp'];
      this.#filter(name, '-A', 'OUTPUT', ...rule, '--dport', String(port), '-j', 'DROP');
      this.#filter(name, '-A', 'INPUT', ...rule, '--sport', String(port), '-j', 'DROP');
    }
  }

  mend(name: string): void {
    this.#filter(name, '-F');
  }

  async close(): Promise<void> {
    for (const { namespace } of this.#networks.values()) removeNetwork(namespace);
  }

  #filter(name: string, ...args: readonly string[]): void {
    const namespace = this.#networks.get(name)?.namespace;
    if (namespace === undefined) throw new TypeError(`${name} has no network of its own`);
    run('ip', 'netns', 'exec', namespace, 'iptables', '-w', ...args);
  }
}

function makeNetwork(index: number): Network {
  const namespace = `oriel-${process.pid}-${index}`;
  const [host, peer] = [`orl${process.pid}h${index}`, `orl${process.pid}p${index}`];
  run('ip', 'netns', 'add', namespace);
  try {
    run('ip', 'link', 'add', host, 'type', 'veth', 'peer', 'name', peer, 'netns', namespace);
    run('ip', 'address', 'add', `${hostAddress(index)}/30`, 'dev', host);
    run('ip', 'link', 'set', host, 'up');
    const address = hostAddress(index).replace(/\d+$/, (last) => String(Number(last) + 1));
    const inside = (...args: readonly string[]) => run('ip', '-n', namespace, ...args);
    inside('address', 'add', `${address}/30`, 'dev', peer);
    inside('link', 'set', 'lo', 'up');
    inside('link', 'set', peer, 'up');
    inside('route', 'add', 'default', 'via', hostAddress(index));
    run('ip', 'netns', 'exec', namespace, 'iptables', '-w', '-L', '-n');
    return { namespace, address };
  } catch (error) {
    removeNetwork(namespace);
    throw error;
  }
}

/** The interfaces go with it. */
function removeNetwork(namespace: string): void {
  run('ip', 'netns', 'delete', namespace);
}

/** What a process made that was killed before it could clean up. */
function removeLeftBehind(): void {
  const listed = execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' });
  for (const [, namespace = '', pid] of listed.matchAll(/^(oriel-(\d+)-\d+)\b/gm))
    if (!existsSync(`/proc/${pid}`)) removeNetwork(namespace);
}

/** From the range kept for benchmarks (RFC 2544), four addresses each; another process takes others. */
function hostAddress(index: number): string {
  const block = (process.pid * 4 + index) % 0x7fff;
  return `198.${18 + (block >> 14)}.${(block >> 6) & 0xff}.${(block & 0x3f) * 4 + 1}`;
}

function run(command: string, ...args: readonly string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
