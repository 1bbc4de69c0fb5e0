import { type PictureProgress, pictureTrouble, type ShowFault } from './camera-trouble.ts';

const NEVER = Number.NEGATIVE_INFINITY;
const corrupt: ShowFault = { reason: 'corrupt', message: 'the decoder cannot read it', atMs: 10_100 };

/** The camera has been wanted for 10 s. */
const codeAt = (nowMs: number, progress: Partial<PictureProgress>) =>
  pictureTrouble(
    {
      shownAtMs: NEVER,
      unshownSinceMs: 10_000,
      lastFault: undefined,
      awaitsKeyframe: false,
      isReduced: false,
      expectedPerSecond: 25,
      ...progress,
    },
    10_000,
    nowMs,
  )?.code;

describe('pictureTrouble', () => {
  it.each([
    { name: 'no video at all: ingest speaks', nowMs: 60_000, progress: { unshownSinceMs: undefined }, code: undefined },
    { name: 'video for less than 3 s', nowMs: 12_900, progress: {}, code: undefined },
    { name: 'video for 3 s', nowMs: 13_000, progress: {}, code: 'no-picture' },
    { name: 'nobody wanted it before', nowMs: 12_900, progress: { unshownSinceMs: 1_000 }, code: undefined },
    { name: 'no keyframe', nowMs: 13_000, progress: { awaitsKeyframe: true }, code: 'awaits-keyframe' },
    {
      name: 'too few cores',
      nowMs: 13_000,
      progress: { isReduced: true, awaitsKeyframe: true },
      code: 'too-few-cores',
    },
    {
      name: 'a picture in five seconds is meant',
      nowMs: 24_900,
      progress: { expectedPerSecond: 0.2 },
      code: undefined,
    },
    { name: 'three of them are missing', nowMs: 25_000, progress: { expectedPerSecond: 0.2 }, code: 'no-picture' },
    { name: 'refused from the start', nowMs: 11_000, progress: { lastFault: corrupt }, code: 'not-decodable' },
    {
      name: 'damaged, after it was shown: the next keyframe may mend it',
      nowMs: 12_900,
      progress: { lastFault: corrupt, shownAtMs: 9_990 },
      code: undefined,
    },
    {
      name: 'damaged for 3 s',
      nowMs: 13_000,
      progress: { lastFault: corrupt, shownAtMs: 9_990 },
      code: 'not-decodable',
    },
    {
      name: 'a fault that is over',
      nowMs: 13_000,
      progress: { lastFault: corrupt, shownAtMs: 10_200, unshownSinceMs: 10_240 },
      code: undefined,
    },
  ])('$name', ({ nowMs, progress, code }) => {
    expect(codeAt(nowMs, progress)).toBe(code);
  });

  it.each([
    ['too-large', 'too-large'],
    ['died', 'decoder-died'],
    ['encode-failed', 'not-encodable'],
    ['publish-failed', 'not-published'],
  ] as const)('says that of %s as %s, in a sentence', (reason, code) => {
    const lastFault: ShowFault = { reason, message: 'the picture is 9 km wide', atMs: 10_001 };
    const progress = { shownAtMs: NEVER, unshownSinceMs: 10_000, lastFault, awaitsKeyframe: true, isReduced: false };
    expect(pictureTrouble({ ...progress, expectedPerSecond: 0 }, 10_000, 11_000)).toEqual({
      code,
      message: 'The picture is 9 km wide.',
    });
  });
});
