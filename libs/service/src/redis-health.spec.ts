import { problemOf } from './readiness.ts';
import { redisChecks } from './redis-health.ts';

const answers = { ping: async () => 'PONG' };
const silent = { ping: () => Promise.reject(new Error('connect ECONNREFUSED redis://:secret@host')) };

it.each([
  { name: 'both answer', control: answers, state: 'connected', problem: undefined },
  { name: 'control is away', control: silent, state: 'connected', problem: 'Redis (control) does not answer' },
  { name: 'media reconnects', control: answers, state: 'reconnecting', problem: 'Redis (media) is reconnecting' },
  {
    name: 'neither is there',
    control: silent,
    state: 'disconnected',
    problem: 'Redis (control) does not answer; Redis (media) is disconnected',
  },
])('says what is wrong when $name', async ({ control, state, problem }) => {
  expect(await problemOf(redisChecks({ control, media: { state } }))).toBe(problem);
});
