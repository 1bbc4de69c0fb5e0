import { jest } from '@jest/globals';
import type { Rendition } from '@oriel/model';
import { WatchedCameras } from './watched-cameras.ts';

let wanted: string[];
let isAway: boolean;
let tell: (cameraIds: readonly string[]) => void;
let errors: unknown[];
let cameras: WatchedCameras;

beforeEach(() => {
  jest.useFakeTimers();
  [wanted, isAway, errors] = [[], false, []];
  cameras = new WatchedCameras({
    board: {
      subscribe: async (onChange) => {
        tell = onChange;
        return async () => undefined;
      },
      wanted: async () => {
        if (isAway) throw new Error('away');
        return new Map<string, readonly Rendition[]>(wanted.map((cameraId) => [cameraId, []]));
      },
    },
    nowMs: Date.now,
    onError: (error) => errors.push(error),
  });
});
afterEach(() => {
  cameras.close();
  jest.useRealTimers();
});

it('takes every camera for watched until it has read who wants what', async () => {
  isAway = true;
  await cameras.start();
  expect(cameras.isWatched('door')).toBe(true);
  isAway = false;
  await jest.advanceTimersByTimeAsync(2_000);
  expect(cameras.isWatched('door')).toBe(false);
  expect(errors).toHaveLength(1);
});

it('knows a change the moment that it is told', async () => {
  await cameras.start();
  expect(cameras.isWatched('door')).toBe(false);
  tell(['door']);
  expect(cameras.isWatched('door')).toBe(true);
  expect(cameras.isWatched('yard')).toBe(false);
});

it('finds within two seconds what it was not told of', async () => {
  await cameras.start();
  wanted = ['door'];
  await jest.advanceTimersByTimeAsync(2_000);
  expect(cameras.isWatched('door')).toBe(true);
});

it('takes a camera for watched while it is wanted, and for five seconds after', async () => {
  wanted = ['door'];
  await cameras.start();
  await jest.advanceTimersByTimeAsync(60_000);
  expect(cameras.isWatched('door')).toBe(true);
  wanted = [];
  tell(['door']);
  await jest.advanceTimersByTimeAsync(4_900);
  expect(cameras.isWatched('door')).toBe(true);
  await jest.advanceTimersByTimeAsync(200);
  expect(cameras.isWatched('door')).toBe(false);
});

it('leaves no timer behind', async () => {
  await cameras.start();
  cameras.close();
  expect(jest.getTimerCount()).toBe(0);
});
