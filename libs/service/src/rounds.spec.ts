import { jest } from '@jest/globals';
import { Rounds } from './rounds.ts';

describe('Rounds', () => {
  let lines: string[];
  let done: number;
  let fail: boolean;
  let rounds: Rounds;
  let logger: ConstructorParameters<typeof Rounds>[0]['logger'];

  beforeEach(() => {
    jest.useFakeTimers();
    lines = [];
    done = 0;
    fail = false;
    const say = (fields: unknown, message?: string) => void lines.push(message ?? String(fields));
    logger = { info: say, warn: say } as unknown as typeof logger;
    rounds = new Rounds({
      name: 'offer cameras',
      logger,
      round: async () => {
        done++;
        if (fail) throw new Error('away');
      },
      intervalMs: 2_000,
    });
  });
  afterEach(() => {
    rounds.stop();
    jest.useRealTimers();
  });
  const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

  it('does one at the start, then one in each interval', async () => {
    rounds.start();
    await pass(0);
    expect(done).toBe(1);
    await pass(6_000);
    expect(done).toBe(4);
  });

  it('does one at once when asked, and begins the interval again', async () => {
    rounds.start();
    await pass(1_500);
    rounds.soon();
    await pass(1_900);
    expect(done).toBe(2);
    await pass(100);
    expect(done).toBe(3);
  });

  it('does one at once when cameras change, until it is stopped', async () => {
    let change: () => void = () => undefined;
    let subscribers = 0;
    const cameras = {
      subscribe: (onChange: (changedIds: readonly string[]) => void) => {
        subscribers++;
        change = () => onChange([]);
        return () => void subscribers--;
      },
    };
    rounds = new Rounds({ name: 'x', logger, round: async () => void done++, cameras, intervalMs: 2_000 });
    rounds.start();
    await pass(500);
    change();
    await pass(0);
    expect([done, subscribers]).toEqual([2, 1]);
    rounds.stop();
    expect(subscribers).toBe(0);
  });

  it('does one more after the one under way, however often it was asked meanwhile', async () => {
    rounds.start();
    for (let asked = 0; asked < 5; asked++) rounds.soon();
    await pass(0);
    expect(done).toBe(2);
  });

  it('says once that it fails, and once that it works again', async () => {
    fail = true;
    rounds.start();
    await pass(6_000);
    fail = false;
    await pass(4_000);
    expect(lines).toEqual(['cannot offer cameras, trying again', 'can offer cameras again']);
  });

  it('does nothing, and says nothing, once it is stopped', async () => {
    fail = true;
    rounds.start();
    rounds.stop();
    rounds.soon();
    await pass(10_000);
    expect(done).toBe(1);
    expect(lines).toEqual([]);
  });
});
