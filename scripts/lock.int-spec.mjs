import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { withLock } from './lock.mjs';

const LOCK = new URL('lock.mjs', import.meta.url).href;
const children = [];
let name;
beforeEach(() => {
  name = randomUUID();
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A process that takes the lock and says `has it`, and keeps it until a line comes. */
function start() {
  const program = `
    import { once } from 'node:events';
    import { withLock } from '${LOCK}';
    await withLock('${name}', async () => {
      console.log('has it');
      await once(process.stdin, 'data');
      console.log('lets go');
    }, { onWait: () => console.log('waits') });
    process.stdin.unref();`;
  const env = { ...process.env, NODE_OPTIONS: '' };
  const stdio = ['pipe', 'pipe', 'inherit'];
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { env, stdio });
  children.push(child);
  const lines = createInterface({ input: child.stdout });
  return { child, next: async () => (await once(lines, 'line'))[0] };
}

it('returns what the task returns, and passes on what it throws', async () => {
  await expect(withLock(name, async () => 7)).resolves.toBe(7);
  await expect(withLock(name, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(withLock(name, async () => 8)).resolves.toBe(8);
});

it('lets one process after the other have it', async () => {
  const first = start();
  expect(await first.next()).toBe('has it');
  const second = start();
  expect(await second.next()).toBe('waits');
  const ended = once(first.child, 'exit');
  const secondHasIt = second.next();
  first.child.stdin.write('\n');
  expect(await first.next()).toBe('lets go');
  expect(await secondHasIt).toBe('has it');
  await ended;
});

it('is free as soon as its holder is killed', async () => {
  const first = start();
  expect(await first.next()).toBe('has it');
  const others = [start(), start()];
  expect(await Promise.all(others.map((one) => one.next()))).toEqual(['waits', 'waits']);
  const hasIt = Promise.race(others.map((one) => one.next()));
  first.child.kill('SIGKILL');
  expect(await hasIt).toBe('has it');
});

it('has nobody wait for a lock of another name', async () => {
  const first = start();
  expect(await first.next()).toBe('has it');
  let hasWaited = false;
  await withLock(`${name} too`, async () => {}, {
    onWait: () => {
      hasWaited = true;
    },
  });
  expect(hasWaited).toBe(false);
});
