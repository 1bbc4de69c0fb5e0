import { createLogger } from '@oriel/observability';
import { type Part, ServiceLife } from './service-life.ts';

const logger = createLogger({ service: 'probe', level: 'silent' });

function lifeOf(told: string[], ...parts: readonly (Part | string)[]): ServiceLife {
  const life = new ServiceLife(logger);
  for (const part of parts) {
    const name = typeof part === 'string' ? part : part.name;
    const noted = { start: () => void told.push(`+${name}`), stop: () => void told.push(`-${name}`) };
    life.add({ name, ...noted, ...(typeof part === 'string' ? {} : part) });
  }
  return life;
}

it('starts in order, each when the one before stands, and stops in the reverse order', async () => {
  const told: string[] = [];
  let stand: () => void = () => undefined;
  const slow = { name: 'clock', start: () => new Promise<void>((resolve) => (stand = resolve)) };
  const life = lifeOf(told, 'redis', slow, 'worker');
  const started = life.start();
  await Promise.resolve();
  expect(told).toEqual(['+redis']);
  stand();
  await started;
  await life.stop();
  expect(told).toEqual(['+redis', '+worker', '-worker', '-clock', '-redis']);
});

it('starts nothing more once it is ending, and stops what never started, as it may hold connections', async () => {
  const told: string[] = [];
  let fail: (error: Error) => void = () => undefined;
  const waits = { name: 'clock', start: () => new Promise<void>((_, reject) => (fail = reject)) };
  const life = lifeOf(told, 'redis', waits, 'worker');
  const started = life.start();
  await Promise.resolve();
  await life.stop();
  fail(new Error('connection closed'));
  await started;
  expect(told).toEqual(['+redis', '-worker', '-clock', '-redis']);
});

it('rejects with what kept a part from starting', async () => {
  const broken = { name: 'engine', start: () => Promise.reject(new Error('no decoder')) };
  await expect(lifeOf([], broken, 'worker').start()).rejects.toThrow('no decoder');
});

it('stops the others when one fails, then says what failed', async () => {
  const told: string[] = [];
  const broken = { name: 'worker', stop: () => Promise.reject(new Error('stuck')) };
  const life = lifeOf(told, 'redis', broken, 'web');
  await life.start();
  told.length = 0;
  await expect(life.stop()).rejects.toThrow('stuck');
  expect(told).toEqual(['-web', '-redis']);
});

it('stops once, however often it is told to', async () => {
  const told: string[] = [];
  const life = lifeOf(told, 'redis');
  await Promise.all([life.stop(), life.stop()]);
  expect(told).toEqual(['-redis']);
});
