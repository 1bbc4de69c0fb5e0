/** The program of `npm start`: starts everything, says where to look, and stops it all on Ctrl-C. */
import { join, resolve } from 'node:path';
import {
  ConfigError,
  type ConfigSource,
  ConfigWatch,
  loadConfig,
  type OrielConfig,
  refuseMissingSignIn,
} from '@oriel/config';
import { AlreadyRunningError, DataDirectoryLock } from './data-directory-lock.ts';
import { type LocalStack, StackError, startLocalStack } from './local-stack.ts';
import { listenProblem } from './ports.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);
const fail = (line: string) => process.stderr.write(`${line}\n`);
const dataDir = resolve(process.env['ORIEL_DATA_DIR'] || 'data');
const logDir = join(dataDir, 'log');

const stopRequest = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopRequest.abort());

/**
 * Someone who tries Oriel should see a picture. So it runs without sign-in, and says so below, unless the configuration
 * asks for it.
 */
const CONFIG_SOURCE: ConfigSource = { authDefault: 'none' };

const configWatch = new ConfigWatch(CONFIG_SOURCE);

/** @returns the exit code */
async function main(): Promise<number> {
  const config = readConfig();
  if (config === undefined) return 1;
  const { host, port } = config.server;
  const problem = await listenProblem(host, port);
  if (problem !== undefined) {
    fail(portSentence(host, port, problem));
    return 1;
  }

  const lock = new DataDirectoryLock(dataDir);
  try {
    lock.take();
    return await runUntilStopped(config);
  } catch (error) {
    if (stopRequest.signal.aborted && error instanceof StackError) return 0;
    if (!(error instanceof StackError || error instanceof AlreadyRunningError)) throw error;
    fail(`\n${error.message}`);
    if (error instanceof StackError) fail(`\nThe logs are in ${logDir}.`);
    return 1;
  } finally {
    lock.release();
  }
}

function readConfig(): OrielConfig | undefined {
  try {
    const config = loadConfig(CONFIG_SOURCE);
    refuseMissingSignIn(config);
    return config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    fail(`${error.message}\n\nAll keys: docs/configuration.md`);
    return undefined;
  }
}

async function runUntilStopped(config: OrielConfig): Promise<number> {
  const stopped = new Promise<void>((done) => stopRequest.signal.addEventListener('abort', () => done()));

  say('Oriel is starting …\n');
  const stack = await startLocalStack({
    config,
    dataDir,
    logDir,
    signal: stopRequest.signal,
    onReady: (name) => say(`  ${name.padEnd(16)} ready`),
    onExit: (name, how) => fail(`  ${name.padEnd(16)} ${how}; it is started again`),
  });
  sayWhereToLook(stack, config);
  configWatch.start({
    onConfig: ({ cameras }) => {
      stack.setCameras(cameras);
      say(`config.toml was changed: Oriel shows ${namesOf(stack)}`);
    },
    onFaults: ({ message }) => fail(`config.toml was changed, and cameras stay as they were: ${message}`),
  });
  await stopped;
  configWatch.stop();
  say('\nStopping …');
  await stack.stop();
  say('Stopped.');
  return 0;
}

function sayWhereToLook(stack: LocalStack, config: OrielConfig): void {
  say(`\n  Oriel shows ${namesOf(stack)} at ${stack.url}`);
  if (config.cameras.length === 0)
    say('  That is a test picture: put your camera into config.toml (see config.example.toml).');
  say(openDoorSentence(config.server.host));
  say(`  Logs are in ${logDir}. Ctrl-C stops everything.\n`);
}

function namesOf({ cameras }: LocalStack): string {
  return cameras.map(({ name }) => name).join(', ') || 'no camera';
}

function openDoorSentence(host: string): string {
  const isLocal = host === 'localhost' || host === '::1' || host.startsWith('127.');
  const who = isLocal ? 'everybody on this machine' : 'EVERYBODY WHO REACHES THIS PORT';
  const howToLimit = isLocal ? '' : ' To let only this machine in, say host = "127.0.0.1" in [server] of config.toml.';
  return `\n  WARNING: there is no sign-in. ${who} sees every camera.${howToLimit}\n`;
}

function portSentence(host: string, port: number, problem: string): string {
  if (problem === 'EADDRINUSE') {
    return `Port ${port} is taken by another program. Choose another: ORIEL_SERVER_PORT=8081 npm start, or port in [server] of config.toml.`;
  }
  if (problem === 'EACCES') return `This user may not listen on port ${port}. Choose one above 1023.`;
  return `Oriel cannot listen on ${host}, port ${port} (${problem}). Check [server] of config.toml.`;
}

process.exitCode = await main();
