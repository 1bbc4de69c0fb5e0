import { jest } from '@jest/globals';
import type { VideoAccessUnit } from '@oriel/rtsp-client';
import { UnhurriedDelivery } from './unhurried-delivery.ts';

let delivered: { readonly name: number; readonly atMs: number }[];
let isWatched: boolean;
let mayDeliver: boolean;
let delivery: UnhurriedDelivery;

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
  [delivered, isWatched, mayDeliver] = [[], false, true];
  delivery = new UnhurriedDelivery({
    isWatched: () => isWatched,
    deliver: ({ rtpTimeTicks }) => delivered.push({ name: rtpTimeTicks, atMs: Date.now() }),
    mayDeliver: () => mayDeliver,
    nowMs: Date.now,
  });
});
afterEach(() => {
  delivery.close();
  jest.useRealTimers();
});

function push(name: number, { isKeyframe = false, bytes = 1000 } = {}): void {
  delivery.push({
    codec: 'h264',
    data: new Uint8Array(bytes),
    isKeyframe,
    rtpTimeTicks: name,
    arrivalTimeUs: 0,
    captureTimeUs: undefined,
    lostPacketsBefore: 0,
    discontinuity: false,
    width: 640,
    height: 360,
  } satisfies VideoAccessUnit);
}

const names = () => delivered.map(({ name }) => name);

it('delivers at once what somebody watches', () => {
  isWatched = true;
  for (const name of [1, 2, 3]) {
    push(name);
    expect(names().at(-1)).toBe(name);
  }
  expect(jest.getTimerCount()).toBe(0);
});

it('delivers what nobody watches a fifth of a second at a time, all and in order', () => {
  for (let name = 0; name < 30; name++) {
    push(name);
    jest.advanceTimersByTime(40);
  }
  expect(names()).toEqual([
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29,
  ]);
  expect([...new Set(delivered.map(({ atMs }) => atMs))]).toEqual([200, 440, 680, 920, 1160]);
});

it('delivers a keyframe at once, behind what waited', () => {
  push(1);
  push(2);
  push(3, { isKeyframe: true });
  expect(names()).toEqual([1, 2, 3]);
});

it('delivers what waited with the first access unit that somebody watches', () => {
  push(1);
  push(2);
  isWatched = true;
  push(3);
  expect(names()).toEqual([1, 2, 3]);
});

it('holds no more than a megabyte', () => {
  push(1, { bytes: 600_000 });
  expect(names()).toEqual([]);
  push(2, { bytes: 600_000 });
  expect(names()).toEqual([1, 2]);
});

it.each([
  { what: 'delivers what a camera sent last', may: true, expected: [1] },
  { what: 'drops it when the lease is over', may: false, expected: [] },
])('$what', ({ may, expected }) => {
  mayDeliver = may;
  push(1);
  jest.advanceTimersByTime(500);
  expect(names()).toEqual(expected);
  mayDeliver = true;
  delivery.flush();
  expect(names()).toEqual(expected);
});

it('delivers nothing more after its end', () => {
  push(1);
  delivery.close();
  delivery.flush();
  jest.advanceTimersByTime(5_000);
  expect(names()).toEqual([]);
  expect(jest.getTimerCount()).toBe(0);
});
