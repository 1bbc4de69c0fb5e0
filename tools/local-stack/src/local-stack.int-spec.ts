import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jest } from '@jest/globals';
import { loadConfig, type OrielConfig } from '@oriel/config';
import { freePort, waitFor } from '@oriel/testing';
import { Redis } from 'ioredis';
import { type LocalStack, type LocalStackOptions, startLocalStack } from './index.ts';
import { identityOf, isAlive, type ProcessIdentity } from './process-identity.ts';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const START_MS = 60_000;

jest.setTimeout(2 * START_MS);

function config(env: Record<string, string> = {}): OrielConfig {
  return loadConfig({
    cwd: '/nowhere',
    authDefault: 'none',
    env: { ORIEL_SERVER_PORT: '0', ORIEL_SERVER_HOST: '127.0.0.1', ...env },
  });
}

/** All descendants of a pid, found by their parents. */
function descendants(pid: number): ProcessIdentity[] {
  const table = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const childrenOf = (parent: number): number[] =>
    table.flatMap(([child, itsParent]) =>
      itsParent === parent && child !== undefined ? [child, ...childrenOf(child)] : [],
    );
  return childrenOf(pid).map(identityOf).filter(isAlive);
}

describe('a stack', () => {
  let temporary: string;
  let stack: LocalStack | undefined;

  beforeEach(() => {
    temporary = mkdtempSync(join(tmpdir(), 'oriel-stack-test-'));
  });
  afterEach(async () => {
    await stack?.stop();
    stack = undefined;
    rmSync(temporary, { recursive: true, force: true });
  });

  async function start(options: Partial<LocalStackOptions> = {}): Promise<LocalStack> {
    stack = await startLocalStack({ config: config(), ...options });
    return stack;
  }

  const snapshotStatus = async (url: string) => (await fetch(`${url}/api/cameras/default/snapshot.jpg`)).status;

  it('shows the test camera when none is configured, and leaves nothing behind', async () => {
    const ready: string[] = [];
    const running = await start({ onReady: (name) => ready.push(name), logDir: join(temporary, 'log') });
    const { url, services, guardPid } = running;
    expect(ready.sort()).toEqual(['camera', 'gateway-1', 'ingest-1', 'redis-control', 'redis-media', 'transcoder-1']);
    await waitFor(async () => (await snapshotStatus(url)) === 200, { what: 'a snapshot' });
    for (const { healthUrl } of services) expect((await fetch(`${healthUrl}/health/ready`)).status).toBe(200);
    const processes = [...descendants(process.pid)].filter(({ pid }) => pid !== guardPid);
    await running.stop();
    expect(processes.filter(isAlive)).toEqual([]);
    expect(readFileSync(join(temporary, 'log', 'gateway-1.log'), 'utf8')).toContain('listening');
  });

  it('gives the Redis servers a password that no command line shows, and keeps control data', async () => {
    const dataDir = join(temporary, 'data');
    const first = await start({ dataDir, transcoders: 0, gateways: 0 });
    const commands = execFileSync('ps', ['-eo', 'args='], { encoding: 'utf8' });
    const { password, port } = new URL(first.controlRedis.url);
    expect(password).toHaveLength(48);
    expect(commands).not.toContain(password);
    const stranger = new Redis(Number(port), '127.0.0.1', { retryStrategy: () => null });
    await expect(stranger.get('x')).rejects.toThrow('NOAUTH');
    stranger.disconnect();
    const redis = new Redis(first.controlRedis.url);
    await redis.set('kept', 'yes');
    redis.disconnect();
    await first.stop();

    const second = await start({ dataDir, transcoders: 0, gateways: 0 });
    const again = new Redis(second.controlRedis.url);
    expect(await again.get('kept')).toBe('yes');
    again.disconnect();
  });

  it('starts every part again that is killed, at the address it had', async () => {
    const running = await start({ ingests: 2 });
    const { url } = running;
    await waitFor(async () => (await snapshotStatus(url)) === 200, { what: 'a snapshot' });
    for (const name of ['ingest-1', 'transcoder-1', 'gateway-1', 'redis-media', 'redis-control', 'camera']) {
      const victim = running.process(name);
      const { pid, restarts } = victim;
      victim.kill('SIGKILL');
      await waitFor(() => victim.restarts > restarts && victim.pid !== undefined && victim.pid !== pid, {
        what: `${name} again`,
      });
      await running.ready(20_000);
    }
    expect(running.url).toBe(url);
    await waitFor(async () => (await snapshotStatus(url)) === 200, {
      what: 'a snapshot afterwards',
      deadlineMs: 20_000,
    });
  });

  it('starts one more of a service, as it is told to, and ends it for good', async () => {
    const launched: string[] = [];
    const running = await start({
      transcoders: 0,
      gateways: 0,
      launch: (name, launch, { mediaUrl }) => {
        launched.push(name);
        return {
          ...launch,
          env: { ...launch.env, ORIEL_REDIS_MEDIA_URL: name === 'ingest-2' ? 'nonsense' : mediaUrl },
        };
      },
    });
    expect(await (await running.add('transcoder')).problem()).toBeUndefined();
    await expect(running.add('ingest')).rejects.toThrow(/^ingest-2 does not get ready.*redis/s);
    running.process('transcoder-1').kill('SIGKILL');
    await waitFor(() => launched.filter((name) => name === 'transcoder-1').length === 2);
    await running.remove('ingest-2');
    await running.remove('transcoder-1');
    expect(running.services.map(({ name }) => name)).toEqual(['ingest-1']);
    expect(launched.slice(0, 3)).toEqual(['redis-control', 'redis-media', 'camera']);
  });

  it('says in plain words what does not get ready, and leaves nothing behind', async () => {
    const taken = createServer();
    const port = await new Promise<number>((resolve) =>
      taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port)),
    );
    const before = new Set(descendants(process.pid).map(({ pid }) => pid));
    try {
      await expect(start({ port })).rejects.toThrow(/^gateway-1 does not get ready: ended with code 1\n.*EADDRINUSE/s);
    } finally {
      taken.close();
    }
    expect(descendants(process.pid).filter(({ pid }) => !before.has(pid))).toEqual([]);
  });
});

describe('the program', () => {
  let cwd: string;
  const children: ChildProcess[] = [];

  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'oriel-program-test-'));
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(cwd, { recursive: true, force: true });
  });

  function start(env: Record<string, string> = {}) {
    const { NODE_OPTIONS: _, ...inherited } = process.env;
    const temporary = join(cwd, 'tmp');
    execFileSync('mkdir', ['-p', temporary]);
    const child = spawn(process.execPath, [main], {
      cwd,
      env: { ...inherited, TMPDIR: temporary, ORIEL_SERVER_PORT: '0', ORIEL_SERVER_HOST: '127.0.0.1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text) => {
        output += text;
      });
    }
    return { child, temporary, exited: once(child, 'exit'), output: () => output };
  }

  const isUp = (output: () => string) =>
    waitFor(() => /Oriel shows Test camera at http/.test(output()), { what: 'the banner', deadlineMs: START_MS });

  it.each<NodeJS.Signals>(['SIGINT', 'SIGHUP'])(
    'stops everything on %s, having kept what holds passwords to its user',
    async (signal) => {
      const { child, temporary, exited, output } = start();
      await isUp(output);
      const processes = descendants(child.pid ?? 0);
      expect(processes.length).toBeGreaterThanOrEqual(7);
      const [directory = ''] = readdirSync(temporary);
      const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
      expect(mode(join(temporary, directory))).toBe('700');
      for (const file of readdirSync(join(temporary, directory))) {
        expect(mode(join(temporary, directory, file))).toBe('600');
      }
      child.kill(signal);
      expect(await exited).toEqual([0, null]);
      expect(output()).toMatch(/Stopped\.\n$/);
      expect(processes.filter(isAlive)).toEqual([]);
      expect(readdirSync(temporary)).toEqual([]);
      expect(existsSync(join(cwd, 'data', 'oriel.pid'))).toBe(false);
    },
  );

  it('takes the cameras over that config.toml is given while it runs, and keeps them while the file has faults', async () => {
    const { child, exited, output } = start();
    await isUp(output);
    const [url = ''] = /http:\/\/\S+/.exec(output()) ?? [];
    const cameras = async () => {
      const answer = (await (await fetch(`${url}/api/cameras`)).json()) as { id: string; reasonCode?: string }[];
      return answer.map(({ id, reasonCode }) => `${id} ${reasonCode}`).join();
    };
    const file = join(cwd, 'config.toml');
    writeFileSync(file, '[[cameras]]\nid = "yard"\nurl = "rtsp://user:canary@127.0.0.1:1/"\n');
    await waitFor(async () => (await cameras()) === 'yard unreachable', { what: 'the yard', deadlineMs: 20_000 });
    writeFileSync(file, '[[cameras]]\nid = "yard"\n');
    await waitFor(() => /cameras stay as they were: .*cameras\[0\]\.url/s.test(output()), { what: 'the faults' });
    expect(await cameras()).toBe('yard unreachable');
    writeFileSync(file, '');
    await waitFor(async () => (await cameras()).startsWith('default '), {
      what: 'the test camera',
      deadlineMs: 20_000,
    });
    expect(output()).toContain('config.toml was changed: Oriel shows Test camera');
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    expect(output()).not.toContain('canary');
  });

  it('leaves no process and no temporary file behind when it is killed with kill -9', async () => {
    const { child, temporary, output } = start();
    await isUp(output);
    const processes = descendants(child.pid ?? 0);
    expect(processes.length).toBeGreaterThanOrEqual(7);
    child.kill('SIGKILL');
    await waitFor(() => !processes.some(isAlive), { what: 'the end of all processes', deadlineMs: 20_000 });
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('can be started again after a kill -9, but not twice at a time', async () => {
    const first = start();
    await isUp(first.output);
    const second = start();
    expect(await second.exited).toEqual([1, null]);
    expect(second.output()).toContain(`Oriel is already running here (process ${first.child.pid})`);
    const processes = descendants(first.child.pid ?? 0);
    first.child.kill('SIGKILL');
    await waitFor(() => !processes.some(isAlive), { deadlineMs: 20_000 });
    const third = start();
    await isUp(third.output);
    third.child.kill('SIGTERM');
    expect(await third.exited).toEqual([0, null]);
  });

  it('stops while it is still starting', async () => {
    const { child, exited, output, temporary } = start();
    await waitFor(() => output().includes('redis-control'), { deadlineMs: START_MS });
    const processes = descendants(child.pid ?? 0);
    child.kill('SIGINT');
    expect(await exited).toEqual([0, null]);
    expect(processes.filter(isAlive)).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('lists all faults of the configuration by name and ends with code 1', async () => {
    const { exited, output } = start({ ORIEL_TRANSCODING_QUALITY: '0', ORIEL_RTSP_URL: 'http://u:canary@cam' });
    expect(await exited).toEqual([1, null]);
    expect(output()).toBe(
      'the configuration has 2 faults:\n' +
        '  ORIEL_RTSP_URL: must start with rtsp:// or rtsps://\n' +
        '  ORIEL_TRANSCODING_QUALITY: must be a whole number from 1 to 100, not 0\n\n' +
        'All keys: docs/configuration.md\n',
    );
  });

  it('ends at once, and says what to do, when the configuration asks for a sign-in that does not exist', async () => {
    writeFileSync(join(cwd, 'config.toml'), 'auth = "required"\n');
    const { exited, output } = start();
    expect(await exited).toEqual([1, null]);
    expect(output()).toMatch(
      /^the configuration has one fault:\n {2}auth: must be "none" for now, because sign-in does not exist yet/,
    );
    expect(output()).toContain('ORIEL_AUTH=none');
    expect(output()).not.toContain('starting');
  });

  it('says loudly that everybody sees the cameras, and how to change that, where nothing is said about sign-in', async () => {
    const { child, exited, output } = start({ ORIEL_SERVER_HOST: '0.0.0.0' });
    await isUp(output);
    expect(output()).toContain('WARNING: there is no sign-in. EVERYBODY WHO REACHES THIS PORT sees every camera.');
    expect(output()).toContain('host = "127.0.0.1" in [server] of config.toml');
    child.kill('SIGTERM');
    await exited;
  });

  it('says which port is taken', async () => {
    const port = await freePort();
    const taken = createServer().listen(port, '127.0.0.1');
    try {
      const { exited, output } = start({ ORIEL_SERVER_PORT: String(port) });
      expect(await exited).toEqual([1, null]);
      expect(output()).toContain(`Port ${port} is taken by another program. Choose another`);
    } finally {
      taken.close();
    }
  });
});
