/** The libraries that talk to Redis, by their own tests, against the Redis that is deployed. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { RedisContainer, type StartedRedisContainer } from '@testcontainers/redis';
import { describeWithEngine, REPOSITORY } from './support/engine.ts';

describeWithEngine('redis:7-bookworm', () => {
  let redis: StartedRedisContainer;

  beforeAll(async () => {
    redis = await new RedisContainer('redis:7-bookworm').start();
  });
  afterAll(async () => {
    await redis?.stop();
  });

  it.each(['libs/media-bus', 'libs/control'])(
    'passes the tests of %s',
    async (project) => {
      const { NODE_OPTIONS: _, ...env } = process.env;
      const args = ['--experimental-vm-modules', `${REPOSITORY}node_modules/jest/bin/jest.js`, '--ci', 'int-spec'];
      const jest = spawn(process.execPath, args, {
        cwd: REPOSITORY + project,
        env: { ...env, REDIS_PORT: String(redis.getPort()) },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const [code, output] = await Promise.all([
        new Promise((resolve) => jest.once('exit', resolve)),
        text(jest.stderr),
      ]);
      expect(code === 0 ? '' : output).toBe('');
    },
    240_000,
  );
});
