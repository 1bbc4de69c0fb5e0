import { setImmediate as turn } from 'node:timers/promises';
import { jest } from '@jest/globals';
import type { Rendition } from '@oriel/model';
import { type Demand, DemandWatch } from './demand-watch.ts';

const wide = { width: 0, quality: 85, framerate: 30 };

/** A board whose answers the test supplies. */
class ScriptedBoard {
  tell: () => void = () => undefined;
  readonly #asked: ((answer: Map<string, readonly Rendition[]> | Error) => void)[] = [];

  get questions(): number {
    return this.#asked.length;
  }

  async subscribe(onChange: (cameraIds: readonly string[]) => void): Promise<() => Promise<void>> {
    this.tell = () => onChange([]);
    return async () => undefined;
  }

  wanted(): Promise<ReadonlyMap<string, readonly Rendition[]>> {
    return new Promise((resolve, reject) => {
      this.#asked.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
    });
  }

  async answer(wants: Record<string, readonly Rendition[]> | Error): Promise<void> {
    this.#asked.shift()?.(wants instanceof Error ? wants : new Map(Object.entries(wants)));
    await turn();
  }
}

describe('DemandWatch', () => {
  let board: ScriptedBoard;
  let watch: DemandWatch;
  let seen: Demand[];
  let errors: unknown[];

  beforeEach(async () => {
    board = new ScriptedBoard();
    seen = [];
    errors = [];
    watch = new DemandWatch({
      board,
      onDemand: async (wanted) => void seen.push(wanted),
      onError: (error) => errors.push(error),
      pollIntervalMs: 1_000_000,
    });
    const started = watch.start();
    await turn();
    await board.answer({ 'cam-1': [wide] });
    await started;
  });
  afterEach(() => watch.close());

  it('reads once at the start', () => {
    expect(seen.map((wanted) => [...wanted])).toEqual([[['cam-1', [wide]]]]);
  });

  it('makes one more reading of all the changes that are told during one', async () => {
    board.tell();
    await turn();
    for (let change = 0; change < 5; change++) board.tell();
    expect(board.questions).toBe(1);
    await board.answer({ 'cam-1': [wide] });
    expect(board.questions).toBe(1);
    await board.answer({ 'cam-2': [wide] });
    expect([board.questions, seen.length, [...(seen.at(-1)?.keys() ?? [])]]).toEqual([0, 3, ['cam-2']]);
  });

  it('goes on after an error, and leaves what was wanted as it was', async () => {
    board.tell();
    await turn();
    await board.answer(new Error('away'));
    expect([seen.length, errors.length]).toEqual([1, 1]);
    board.tell();
    await turn();
    await board.answer({});
    expect(seen.at(-1)?.size).toBe(0);
  });

  it.each([
    { name: 'quality 0', wants: { cam: [{ ...wide, quality: 0 }] } },
    { name: 'frame rate 0', wants: { cam: [{ ...wide, framerate: 0 }] } },
    { name: 'a fraction of a pixel', wants: { cam: [{ ...wide, width: 0.5 }] } },
    { name: 'a camera id that is none', wants: { 'a}:b': [wide] } },
  ] as { name: string; wants: Record<string, readonly Rendition[]> }[])('passes over $name', async ({ wants }) => {
    board.tell();
    await turn();
    await board.answer(wants);
    expect(seen.at(-1)?.size).toBe(0);
  });

  it('takes 16 renditions of a camera, and no more', async () => {
    board.tell();
    await turn();
    await board.answer({ cam: Array.from({ length: 40 }, (_, n) => ({ ...wide, quality: n + 1 })) });
    expect(seen.at(-1)?.get('cam')).toHaveLength(16);
  });

  it.each([
    { what: 'something is wanted', wants: { 'cam-1': [wide] }, polls: 4 },
    { what: 'nothing is wanted, as nothing can expire', wants: {}, polls: 2 },
  ])('reads $polls times in two seconds while $what', async ({ wants, polls }) => {
    jest.useFakeTimers();
    let questions = 0;
    const polling = new DemandWatch({
      board: {
        subscribe: async () => async () => undefined,
        wanted: async () => {
          questions++;
          return new Map<string, readonly Rendition[]>(Object.entries(wants));
        },
      },
      onDemand: async () => undefined,
      onError: (error) => errors.push(error),
    });
    await polling.start();
    questions = 0;
    await jest.advanceTimersByTimeAsync(2_050);
    expect(questions).toBe(polls);
    await polling.close();
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });
});
