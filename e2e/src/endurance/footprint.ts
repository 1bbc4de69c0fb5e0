/** What the processes of a stack hold: memory, descriptors, what they count, and what Redis holds for them. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { LocalStack } from '@oriel/local-stack';

export interface Footprint {
  /** By the name of the process. */
  readonly memoryMb: Readonly<Record<string, number>>;
  readonly descriptors: Readonly<Record<string, number>>;
  /** Viewers that gateways count, of every kind. */
  readonly viewers: number;
  /** Gateways with a want on the demand board. */
  readonly demanding: number;
  /** Keys in both Redis servers. */
  readonly keys: number;
}

export async function footprintOf(stack: LocalStack): Promise<Footprint> {
  const processes = [...stack.services, stack.controlRedis, stack.mediaRedis].flatMap(({ name, pid }) =>
    pid === undefined ? [] : [{ name, pid }],
  );
  const { controlRedis, mediaRedis } = stack;
  return {
    memoryMb: Object.fromEntries(processes.map(({ name, pid }) => [name, memoryMbOf(pid)])),
    descriptors: Object.fromEntries(processes.map(({ name, pid }) => [name, readdirSync(`/proc/${pid}/fd`).length])),
    viewers: await viewersOf(stack),
    demanding: askRedis(controlRedis.url, 'hlen', '{oriel}:v1:demand'),
    keys: askRedis(controlRedis.url, 'dbsize') + askRedis(mediaRedis.url, 'dbsize'),
  };
}

function askRedis(url: string, ...command: readonly string[]): number {
  const { hostname, port, password } = new URL(url);
  const env = { ...process.env, REDISCLI_AUTH: decodeURIComponent(password) };
  return Number(execFileSync('redis-cli', ['-h', hostname, '-p', port, ...command], { encoding: 'utf8', env }));
}

/** Of the process alone, without what it shares (proc(5), RssAnon). */
function memoryMbOf(pid: number): number {
  const [, kilobytes] = /^RssAnon:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}

async function viewersOf(stack: LocalStack): Promise<number> {
  const gateways = stack.services.filter(({ name }) => name.startsWith('gateway'));
  const texts = await Promise.all(
    gateways.map(async ({ healthUrl }) =>
      (await fetch(`${healthUrl}/metrics`, { signal: AbortSignal.timeout(10_000) })).text(),
    ),
  );
  const counts = [...texts.join('\n').matchAll(/^oriel_gateway_viewers\{[^}]*\} (\d+)/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

export function describe({ memoryMb, descriptors, viewers, demanding, keys }: Footprint): string {
  const parts = Object.entries(memoryMb).map(([name, mb]) => `${name} ${mb} MB/${descriptors[name]} fd`);
  return `${parts.join(', ')}; ${viewers} viewers, ${demanding} demanding, ${keys} keys`;
}
