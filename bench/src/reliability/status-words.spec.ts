import { statusWords } from './status-words.ts';

const CAMERAS = ['a', 'b', 'c'];
const GONE = 'The ingest service that held this camera is gone. Another one takes over as soon as there is one.';

it.each([
  { name: 'nothing', events: [], expected: 'live' },
  {
    name: 'new measurements of a live camera',
    events: [{ camera: 'a', state: 'live' as const }],
    expected: 'live',
  },
  {
    name: 'two cameras that went and came back',
    events: [
      { camera: 'a', state: 'offline' as const, reason: GONE },
      { camera: 'b', state: 'offline' as const, reason: GONE },
      { camera: 'a', state: 'live' as const },
      { camera: 'b', state: 'live' as const },
      { camera: 'b', state: 'live' as const },
    ],
    expected: '2: offline “The ingest service that held this camera is gone”, then live; 1: live',
  },
  {
    name: 'a warning beside a picture, of all cameras',
    events: CAMERAS.map((camera) => ({
      camera,
      state: 'live' as const,
      warning: 'Pictures are being lost on their way to Redis (media).',
    })),
    expected: 'live “Pictures are being lost on their way to Redis (media)”',
  },
  {
    name: 'a share that changes every second',
    events: [62, 57, 71].map((percent) => ({
      camera: 'b',
      state: 'live' as const,
      warning: `Shown at ${percent} % of its frame rate.`,
    })),
    expected: '2: live; 1: live “Shown at … % of its frame rate”',
  },
  {
    name: 'a long reason',
    events: [{ camera: 'a', state: 'stalled' as const, reason: `Much is to be said, ${'and more '.repeat(20)}` }],
    expected: '2: live; 1: stalled “Much is to be said, and more and more and more and more and more and …”',
  },
])('$name', ({ events, expected }) => {
  expect(statusWords(CAMERAS, events)).toBe(expected);
});
