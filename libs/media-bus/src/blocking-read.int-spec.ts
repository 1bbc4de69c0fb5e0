import { randomUUID } from 'node:crypto';
import { waitFor } from '@oriel/testing';
import { Redis } from 'ioredis';
import { BlockingRead, type RawEntry } from './blocking-read.ts';
import type { EntryId } from './entry-id.ts';
import { ServerStreamConnection } from './stream-connection.ts';

const FIRST: EntryId = { epoch: 0, counter: 0 };

let connection: Redis;
let commands: Redis;
let read: BlockingRead;

beforeEach(() => {
  const port = Number(process.env['REDIS_PORT']);
  connection = new Redis(port, '127.0.0.1');
  commands = new Redis(port, '127.0.0.1');
});
afterEach(async () => {
  await read.close();
  commands.disconnect();
});

it('has in its first read what was subscribed while the connection was still being named', async () => {
  const [silent, speaking] = [`silent-${randomUUID()}`, `speaking-${randomUUID()}`];
  await commands.xadd(speaking, '1-1', 'field', 'value');
  const positions = new Map([[silent, FIRST]]);
  const reads: string[][] = [];
  const delivered: { key: string; entries: readonly RawEntry[] }[] = [];
  read = new BlockingRead({
    connection: new ServerStreamConnection({ reader: connection, interrupter: commands }),
    positions: () => positions,
    onStream: (key, entries) => {
      delivered.push({ key, entries });
      positions.clear();
    },
    onError: (error) => {
      throw error;
    },
  });
  const xread = connection.xreadBuffer.bind(connection);
  Object.assign(connection, {
    xreadBuffer: (...args: Parameters<typeof xread>) => {
      reads.push(args.map(String).filter((arg) => arg === silent || arg === speaking));
      return xread(...args);
    },
  });
  read.positionsChanged();
  positions.set(speaking, FIRST);
  read.positionsChanged();
  await waitFor(() => delivered.length > 0);
  expect(reads).toEqual([[silent, speaking]]);
  expect(delivered[0]?.key).toBe(speaking);
});
