import { EncodeSemaphore } from './encode-semaphore.ts';

/** Encodes that end on command. */
class Encodes {
  readonly begun: string[] = [];
  readonly #ends = new Map<string, () => void>();

  encode(name: string): () => Promise<string> {
    return () => {
      this.begun.push(name);
      return new Promise((resolve) => this.#ends.set(name, () => resolve(name)));
    };
  }

  end(name: string): void {
    this.#ends.get(name)?.();
  }
}

describe('EncodeSemaphore', () => {
  let encodes: Encodes;
  beforeEach(() => {
    encodes = new Encodes();
  });

  it.each([
    { limit: 0, begun: ['a'] },
    { limit: 1, begun: ['a'] },
    { limit: 2, begun: ['a', 'b'] },
    { limit: 9, begun: ['a', 'b', 'c', 'd'] },
  ])('begins $begun.length of four at a limit of $limit', ({ limit, begun }) => {
    const encodeSemaphore = new EncodeSemaphore(() => limit);
    for (const name of ['a', 'b', 'c', 'd']) void encodeSemaphore.run(encodes.encode(name));
    expect(encodes.begun).toEqual(begun);
  });

  it('gives a turn to whoever has waited for longest', async () => {
    const encodeSemaphore = new EncodeSemaphore(() => 1);
    const [a, b, c] = ['a', 'b', 'c'].map((name) => encodeSemaphore.run(encodes.encode(name)));
    encodes.end('a');
    expect(await a).toBe('a');
    const d = encodeSemaphore.run(encodes.encode('d'));
    for (const name of ['b', 'c', 'd']) {
      await Promise.resolve();
      encodes.end(name);
      await { b, c, d }[name];
    }
    expect(encodes.begun).toEqual(['a', 'b', 'c', 'd']);
  });

  it('goes on after one that failed', async () => {
    const encodeSemaphore = new EncodeSemaphore(() => 1);
    await expect(encodeSemaphore.run(() => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    await expect(encodeSemaphore.run(() => Promise.resolve(7))).resolves.toBe(7);
  });

  it('lets more in when the limit has risen', async () => {
    let limit = 1;
    const encodeSemaphore = new EncodeSemaphore(() => limit);
    const first = encodeSemaphore.run(encodes.encode('a'));
    for (const name of ['b', 'c', 'd']) void encodeSemaphore.run(encodes.encode(name));
    limit = 3;
    encodes.end('a');
    await first;
    await Promise.resolve();
    expect(encodes.begun).toEqual(['a', 'b', 'c', 'd']);
  });
});
