import { waitFor } from './wait-for.ts';

describe('waitFor', () => {
  it('resolves with the first value that is something', async () => {
    const values = [undefined, null, false, 0];
    expect(await waitFor(() => values.shift(), { intervalMs: 1 })).toBe(0);
  });

  it('rejects at the deadline with the last error as cause', async () => {
    const waiting = waitFor(() => Promise.reject(new Error('not yet')), {
      what: 'the gate',
      deadlineMs: 20,
      intervalMs: 5,
    });
    await expect(waiting).rejects.toMatchObject({
      message: 'the gate not met within 20 ms',
      cause: { message: 'not yet' },
    });
  });
});
