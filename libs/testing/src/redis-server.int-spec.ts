import { access } from 'node:fs/promises';
import { Redis } from 'ioredis';
import { RedisServer } from './redis-server.ts';
import { waitFor } from './wait-for.ts';

const connections: Redis[] = [];
let server: RedisServer | undefined;

function client(of: RedisServer): Redis {
  const redis = new Redis(of.url, { retryStrategy: () => 20, maxRetriesPerRequest: null, disconnectTimeout: 20 });
  redis.on('error', () => undefined);
  connections.push(redis);
  return redis;
}

afterEach(async () => {
  for (const redis of connections.splice(0)) {
    if (redis.status === 'ready') await redis.quit();
    else redis.disconnect();
  }
  await server?.stop();
});

describe('RedisServer', () => {
  it('asks for its password', async () => {
    server = await RedisServer.start({ password: 'p@ss/word' });
    expect(await client(server).ping()).toBe('PONG');
    const stranger = new Redis(server.port, '127.0.0.1', {
      protocol: 2,
      enableReadyCheck: false,
      maxRetriesPerRequest: null,
    });
    connections.push(stranger);
    await expect(stranger.get('x')).rejects.toThrow('NOAUTH');
  });

  it.each([
    { appendonly: true, after: 'kept' },
    { appendonly: false, after: null },
  ])('killed and restarted with appendonly $appendonly holds $after', async ({ appendonly, after }) => {
    server = await RedisServer.start({ appendonly });
    const redis = client(server);
    await redis.set('key', 'kept');
    await server.kill();
    await server.restart();
    expect(await redis.get('key')).toBe(after);
  });

  it('stands still while paused, and answers afterwards', async () => {
    server = await RedisServer.start();
    const redis = client(server);
    await redis.ping();
    server.pause();
    let answer: string | undefined;
    const asked = redis.ping().then((text) => {
      answer = text;
    });
    await expect(waitFor(() => answer, { deadlineMs: 100 })).rejects.toThrow();
    server.resume();
    await asked;
    expect(answer).toBe('PONG');
  });

  it('leaves nothing behind', async () => {
    server = await RedisServer.start({ appendonly: true });
    const folder = await client(server).config('GET', 'dir');
    await server.stop();
    await expect(access(String((folder as string[])[1]))).rejects.toThrow('ENOENT');
  });
});
