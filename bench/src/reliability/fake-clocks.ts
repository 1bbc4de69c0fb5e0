/** Wall clocks of single processes, by libfaketime. Their monotonic clocks are the machine's: that is what the kernel does, too, when a clock is set. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Launch, LocalStack } from '@oriel/local-stack';
import { Redis } from 'ioredis';
import { until } from '../until.ts';
import { MissingMeans, type Stage } from './failure.ts';

export class FakeClocks implements Stage {
  readonly #directory = mkdtempSync(join(tmpdir(), 'oriel-clocks-'));
  readonly #processes: ReadonlySet<string>;
  readonly #atNextStart = new Map<string, number>();
  /** When a clock was changed, by this process' monotonic clock. */
  readonly changesAtMs: number[] = [];

  /** @param processes those that get a clock of their own, right at first */
  static async open(processes: readonly string[]): Promise<FakeClocks> {
    for (const [name, file] of Object.entries({ libfaketime: FAKETIME, 'libtcmalloc-minimal4': MALLOC }))
      if (file === undefined) throw new MissingMeans(`needs Debian's ${name}`);
    return new FakeClocks(processes);
  }

  private constructor(processes: readonly string[]) {
    this.#processes = new Set(processes);
    for (const name of processes) this.#write(name, 0);
  }

  readonly launch = (name: string, launch: Launch): Launch => {
    if (!this.#processes.has(name)) return launch;
    const aheadS = this.#atNextStart.get(name);
    this.#atNextStart.delete(name);
    if (aheadS !== undefined) this.#write(name, aheadS);
    const env = {
      ...launch.env,
      // jemalloc, which Debian's Redis has, and libfaketime wait for each other when they start.
      LD_PRELOAD: name.startsWith('redis-') ? `${MALLOC} ${FAKETIME}` : FAKETIME,
      FAKETIME_TIMESTAMP_FILE: this.#file(name),
      FAKETIME_CACHE_DURATION: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
    return { ...launch, env };
  };

  /** Sets the clock of a process that runs. Resolves when the process sees it. */
  async set(stack: LocalStack, name: string, aheadS: number): Promise<void> {
    this.#write(name, aheadS);
    await this.shows(stack, name, aheadS);
  }

  /** The clock with which a process is started the next time, and which it keeps. */
  atNextStart(name: string, aheadS: number): void {
    this.#atNextStart.set(name, aheadS);
  }

  /** Resolves when the process itself says so. */
  async shows(stack: LocalStack, name: string, aheadS: number): Promise<void> {
    const what = `the clock of ${name} to be ${aheadS} s ahead`;
    const isSo = async () => Math.abs((await shownTimeMs(stack, name)) - Date.now() - aheadS * 1000) < 60_000;
    await until(isSo, { what, signal: new AbortController().signal, deadlineMs: 10_000 });
    this.changesAtMs.push(performance.now());
  }

  async close(): Promise<void> {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #write(name: string, aheadS: number): void {
    this.changesAtMs.push(performance.now());
    writeFileSync(this.#file(name), `${aheadS < 0 ? '' : '+'}${aheadS}\n`);
  }

  #file(name: string): string {
    return join(this.#directory, name);
  }
}

/** What the wall clock of a process shows: of Redis its TIME, of a service the date of its answers. */
async function shownTimeMs(stack: LocalStack, name: string): Promise<number> {
  if (name.startsWith('redis-')) {
    const { url } = name === 'redis-control' ? stack.controlRedis : stack.mediaRedis;
    const redis = new Redis(url);
    try {
      return Number((await redis.time())[0]) * 1000;
    } finally {
      redis.disconnect();
    }
  }
  const response = await fetch(`${stack.process(name).healthUrl}/health/live`, { signal: AbortSignal.timeout(5000) });
  await response.arrayBuffer();
  return Date.parse(response.headers.get('date') ?? '');
}

function library(file: string): string | undefined {
  if (!existsSync('/usr/lib')) return undefined;
  return readdirSync('/usr/lib')
    .map((architecture) => join('/usr/lib', architecture, file))
    .find((path) => existsSync(path));
}

const FAKETIME = library('faketime/libfaketimeMT.so.1');
const MALLOC = library('libtcmalloc_minimal.so.4');
