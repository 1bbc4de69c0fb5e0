import { fileURLToPath } from 'node:url';
import { RunningProgram, waitFor } from '@oriel/testing';
import { Redis } from 'ioredis';
import { ControlConnection } from '../../redis/control-connection.ts';
import { RedisLeaseOffers } from '../store/redis-lease-offers.ts';

const address = `redis://127.0.0.1:${process.env['REDIS_PORT']}/4`;
const CAMERAS = ['a', 'b'];

let connection: ControlConnection;
let redis: Redis;
let offers: RedisLeaseOffers;
let programs: RunningProgram[];

beforeEach(async () => {
  programs = [];
  connection = new ControlConnection({ redis: address });
  redis = new Redis(address, { maxRetriesPerRequest: null });
  await redis.flushdb();
  offers = new RedisLeaseOffers(connection);
});

afterEach(async () => {
  await Promise.all(programs.map((program) => program.stop('SIGKILL')));
  await connection.close();
  redis.disconnect();
});

interface Note {
  readonly who: string;
  readonly cameraId: string;
  readonly epoch: number;
  readonly what: string;
}

async function notes(): Promise<Note[]> {
  const lines = await redis.lrange('test:notes', 0, -1);
  return lines.map((line) => {
    const [who, cameraId, epoch, what] = line.split(' ') as [string, string, string, string];
    return { who, cameraId, epoch: Number(epoch), what };
  });
}

async function noted(is: (note: Note) => boolean, what: string): Promise<Note> {
  return waitFor(async () => (await notes()).find(is), { what, intervalMs: 2 });
}

async function start(instanceId: string, readyAfterMs: number): Promise<RunningProgram> {
  const loader = fileURLToPath(new URL('../../../test/ts-loader.mjs', import.meta.url));
  const program = fileURLToPath(new URL('../../../test/hand-over-holder.ts', import.meta.url));
  const args = ['--import', loader, program, address, instanceId, String(readyAfterMs)];
  const running = await RunningProgram.start({ command: process.execPath, args, ready: /ready/ });
  programs.push(running);
  return running;
}

/** Starts a donor with two cameras, and a successor that takes one of them over. */
async function handOver(
  readyAfterMs: number,
): Promise<{ donor: RunningProgram; successor: RunningProgram; cameraId: string }> {
  const donor = await start('donor', 0);
  for (const cameraId of CAMERAS) await offers.offer('transcode', cameraId);
  for (const cameraId of CAMERAS)
    await noted((note) => note.cameraId === cameraId && note.what === 'owns', 'the donor');
  const successor = await start('successor', readyAfterMs);
  const { cameraId } = await noted(({ what }) => what === 'succeeds', 'a hand-over');
  return { donor, successor, cameraId };
}

/** By their notes, each owner of a camera stops before the next begins. */
async function expectOneOwnerAtATime(): Promise<void> {
  for (const cameraId of CAMERAS) {
    const owners = (await notes()).filter((note) => note.cameraId === cameraId && note.what === 'owns');
    const epochs = owners.map(({ epoch }) => epoch);
    expect(epochs).toEqual(epochs.toSorted((a, b) => a - b));
  }
}

const owns = (who: string, cameraId: string) => (note: Note) =>
  note.who === who && note.cameraId === cameraId && note.what === 'owns';

describe('kill -9 of the donor', () => {
  it('before the successor has its first output: the successor goes on, and owns the camera when the lock has run out', async () => {
    const { donor, cameraId } = await handOver(60_000);
    donor.signal('SIGKILL');
    const killedAtMs = performance.now();
    await noted(owns('successor', cameraId), 'the successor as owner');
    console.info(
      `kill -9 of the donor to the successor's ownership: ${(performance.now() - killedAtMs).toFixed(0)} ms`,
    );
    expect((await notes()).filter((note) => note.cameraId === cameraId && note.what === 'granted')).toHaveLength(1);
    await noted(owns('successor', CAMERAS.find((other) => other !== cameraId) as string), 'the other camera');
    await expectOneOwnerAtATime();
  });

  it('when the successor has its first output', async () => {
    const { donor, cameraId } = await handOver(300);
    await noted(({ who, what }) => who === 'successor' && what === 'output', 'the first output');
    donor.signal('SIGKILL');
    await noted(owns('successor', cameraId), 'the successor as owner');
    await expectOneOwnerAtATime();
  });

  it('after the lease has passed', async () => {
    const { donor, cameraId } = await handOver(50);
    await noted(owns('successor', cameraId), 'the successor as owner');
    donor.signal('SIGKILL');
    for (const each of CAMERAS) await noted(owns('successor', each), each);
    await expectOneOwnerAtATime();
  });
});

describe('kill -9 of the successor', () => {
  it('before its first output: the donor never notices', async () => {
    const { donor, successor, cameraId } = await handOver(60_000);
    successor.signal('SIGKILL');
    const sinceMs = performance.now();
    await waitFor(() => performance.now() - sinceMs > 3_500);
    const all = await notes();
    expect(all.filter(({ who, what }) => who === 'donor' && what.startsWith('lease-'))).toEqual([]);
    expect(all.findLast((note) => note.cameraId === cameraId)?.who).toBe('donor');
    expect(donor.running).toBe(true);
  });

  it('when it has its first output or has just become the owner: the donor has the camera back after the lock', async () => {
    const { successor, cameraId } = await handOver(300);
    await noted(({ who, what }) => who === 'successor' && what === 'output', 'the first output');
    const before = (await notes()).length;
    successor.signal('SIGKILL');
    const killedAtMs = performance.now();
    await waitFor(async () => (await notes()).slice(before).some(owns('donor', cameraId)));
    console.info(
      `kill -9 of the successor to the donor's ownership: ${(performance.now() - killedAtMs).toFixed(0)} ms`,
    );
    await expectOneOwnerAtATime();
  });
});
