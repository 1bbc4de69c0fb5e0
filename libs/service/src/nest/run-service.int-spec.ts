import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../..', import.meta.url));
// Inside the project so that its node_modules are found; inside node_modules so that nothing takes it for source.
const compiled = join(project, 'node_modules', '.run-service-test');
const children: ChildProcess[] = [];

const SERVICE = `
import 'reflect-metadata';
import { pbkdf2 } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { Module } from '@nestjs/common';
import { createLogger } from '@oriel/observability';
import { runService } from './nest/run-service.js';
const logger = createLogger({ service: 'probe' });
class Root {}
Reflect.decorate([Module({
  providers: [{ provide: 'end', useValue: { async onApplicationShutdown() {}, async onModuleDestroy() {
    logger.info('ending');
    if (process.env.HANG) await new Promise(() => {});
  } } }],
})], Root);
await runService({ module: Root, logger, host: '127.0.0.1', port: 0, shutdownDeadlineMs: process.env.HANG ? 200 : 5000 });
if (process.env.REJECT) Promise.reject(new Error('lost rtsp://u:canary@cam/1'));
if (process.env.UV_THREADPOOL_SIZE === '1') {
  // After the line that says it listens. Only one thread writes, so the next line must wait for it.
  await stat('.');
  pbkdf2('', '', 50_000, 64, 'sha512', () => {});
  logger.info('just before');
}
if (process.env.THROW) setImmediate(() => { throw new Error('thrown'); });
`;

interface Service {
  readonly child: ChildProcess;
  readonly url: Promise<string>;
  readonly ended: Promise<{ code: number | null; lines: Record<string, unknown>[] }>;
}

function start(env: Record<string, string> = {}): Service {
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const child = spawn(process.execPath, [join(compiled, 'service.mjs')], {
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  children.push(child);
  let output = '';
  child.stdout?.on('data', (text) => {
    output += text;
  });
  return {
    child,
    url: new Promise((resolve) => child.once('message', (message) => resolve((message as { url: string }).url))),
    ended: Promise.all([once(child, 'exit'), child.stdout === null ? [] : once(child.stdout, 'end')]).then(
      ([[code]]) => ({
        code,
        lines: output
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)),
      }),
    ),
  };
}

describe('runService', () => {
  beforeAll(() => {
    const tsc = fileURLToPath(new URL('../../../../node_modules/typescript/bin/tsc', import.meta.url));
    execFileSync(
      process.execPath,
      [tsc, '-p', 'tsconfig.build.json', '--outDir', compiled, '--tsBuildInfoFile', join(compiled, '.tsbuildinfo')],
      {
        cwd: project,
        env: { ...process.env, NODE_OPTIONS: '' },
      },
    );
    writeFileSync(join(compiled, 'service.mjs'), SERVICE);
  }, 60_000);
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });
  afterAll(() => rmSync(compiled, { recursive: true, force: true }));

  it.each<NodeJS.Signals>(['SIGTERM', 'SIGINT'])('listens on a free port and ends in order on %s', async (signal) => {
    const service = start();
    const url = await service.url;
    expect((await fetch(url)).status).toBe(404);
    service.child.kill(signal);
    service.child.kill(signal);
    const { code, lines } = await service.ended;
    expect(code).toBe(0);
    expect(lines.map(({ msg }) => msg)).toEqual(['listening', 'shutting down', 'ending', 'ended']);
    expect(lines[0]).toMatchObject({ url });
  });

  it('ends in order when the parent goes away', async () => {
    const service = start();
    await service.url;
    service.child.disconnect();
    expect((await service.ended).code).toBe(0);
  });

  it('ends with code 1 when ending takes too long', async () => {
    const service = start({ HANG: '1' });
    await service.url;
    service.child.kill('SIGTERM');
    const { code, lines } = await service.ended;
    expect(code).toBe(1);
    expect(lines.at(-1)).toMatchObject({ level: 'error', msg: 'shutting down took too long' });
  });

  it.each<{ name: string; env: Record<string, string>; msg: string; message: string }>([
    {
      name: 'an unhandled rejection',
      env: { REJECT: '1' },
      msg: 'unhandled rejection',
      message: 'lost rtsp://***@cam/1',
    },
    { name: 'an uncaught exception', env: { THROW: '1' }, msg: 'uncaught exception', message: 'thrown' },
  ])('logs $name and ends with code 1', async ({ env, msg, message }) => {
    const { code, lines } = await start(env).ended;
    expect(code).toBe(1);
    expect(lines.at(-1)).toMatchObject({ level: 'fatal', msg, err: { message } });
  });

  it('logs what it ends of after what came before, also where that is still being written', async () => {
    const { lines } = await start({ THROW: '1', UV_THREADPOOL_SIZE: '1' }).ended;
    expect(lines.map(({ msg }) => msg)).toEqual(['listening', 'just before', 'uncaught exception']);
  });
});
