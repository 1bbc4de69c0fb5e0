import { jest } from '@jest/globals';
import { HeldCamera } from './held-camera.ts';
import type { PictureProgress } from './pictures/camera-trouble.ts';

const rendition = { width: 0, quality: 85, framerate: 30 };

describe('HeldCamera', () => {
  let progress: PictureProgress;
  let held: HeldCamera;
  let unwatched: jest.Mock;

  beforeEach(() => {
    jest.useFakeTimers({ now: 100_000 });
    const refused = { reason: 'too-large' as const, message: 'too large', atMs: 100_001 };
    progress = {
      shownAtMs: Number.NEGATIVE_INFINITY,
      unshownSinceMs: 100_000,
      lastFault: refused,
      awaitsKeyframe: true,
      isReduced: false,
      expectedPerSecond: 25,
    };
    unwatched = jest.fn();
    const transcoder = {
      setRenditions: () => undefined,
      setPlan: () => undefined,
      get progress() {
        return progress;
      },
    };
    held = new HeldCamera(transcoder, {
      nowMs: Date.now,
      lingerMs: 10_000,
      onUnwatched: unwatched,
      onNoLongerWanted: () => undefined,
    });
  });
  afterEach(() => {
    held.end();
    jest.useRealTimers();
  });

  const troubleAfter = (ms: number) => {
    jest.advanceTimersByTime(ms);
    return held.report('yard', Date.now())?.trouble?.code;
  };

  it('keeps saying why there is no picture to those who ask now and then, until there is one', () => {
    held.follow([rendition]);
    expect(troubleAfter(900)).toBeUndefined();
    expect(troubleAfter(100)).toBe('too-large');
    held.follow([]);
    expect(troubleAfter(9_000)).toBe('too-large');
    held.follow([rendition]);
    expect(troubleAfter(0)).toBe('too-large');
    expect(unwatched).not.toHaveBeenCalled();
    progress = { ...progress, shownAtMs: Date.now() + 1, unshownSinceMs: undefined };
    expect(troubleAfter(10)).toBeUndefined();
  });

  it('has nothing to say of a camera that nobody watches', () => {
    expect(troubleAfter(9_000)).toBeUndefined();
  });

  it('says which share of the pictures is shown while that is not all', () => {
    expect(held.report('yard', Date.now())).toBeUndefined();
    held.setPlan({ decodes: 'all', share: 0.5, frameShare: 0.5 });
    expect(held.report('yard', Date.now())).toEqual({ cameraId: 'yard', frameShare: 0.5 });
    held.setPlan({ decodes: 'keyframes', share: 1, frameShare: 0.03 });
    expect(held.report('yard', Date.now())).toEqual({ cameraId: 'yard', frameShare: 0.03, keyframesOnly: true });
    held.setPlan({ decodes: 'all', share: 1, frameShare: 1 });
    expect(held.report('yard', Date.now())).toBeUndefined();
  });
});
