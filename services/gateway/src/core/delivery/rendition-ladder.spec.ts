import type { Rendition } from '@oriel/model';
import { chooseRendition } from './rendition-ladder.ts';

const CAMERA = { quality: 85, framerate: 25, width: 1920 };

describe('chooseRendition', () => {
  it.each([
    { name: 'nothing asked: as configured', request: {}, expected: [0, 85, 25] },
    { name: 'wider than the camera: its own width', request: { maxWidth: 1920 }, expected: [0, 85, 25] },
    { name: 'a rung', request: { maxWidth: 640 }, expected: [640, 85, 25] },
    { name: 'between two rungs: never wider than asked', request: { maxWidth: 959 }, expected: [640, 85, 25] },
    { name: 'the narrowest request there is', request: { maxWidth: 16 }, expected: [16, 85, 25] },
    { name: 'faster than configured', request: { maxFramerate: 120 }, expected: [0, 85, 25] },
    { name: 'between two framerates: never faster than asked', request: { maxFramerate: 14 }, expected: [0, 85, 10] },
    { name: 'one frame a second', request: { maxFramerate: 1 }, expected: [0, 85, 1] },
    { name: 'a quality near the configured one', request: { quality: 82 }, expected: [0, 85, 25] },
    { name: 'the nearest quality', request: { quality: 50 }, expected: [0, 55, 25] },
    { name: 'the best quality', request: { quality: 100 }, expected: [0, 95, 25] },
  ])('$name', ({ request, expected }) => {
    const { width, quality, framerate } = chooseRendition(request, CAMERA);
    expect([width, quality, framerate]).toEqual(expected);
  });

  it('takes a rung while the width of the camera is unknown', () => {
    expect(chooseRendition({ maxWidth: 4000 }, { ...CAMERA, width: undefined }).width).toBe(3840);
  });

  it('keeps to the ladder for every valid request', () => {
    const ids = new Set<string>();
    for (let maxWidth = 16; maxWidth <= 7680; maxWidth++) {
      const { width } = chooseRendition({ maxWidth }, CAMERA);
      expect(width).toBeLessThanOrEqual(maxWidth);
      ids.add(String(width));
    }
    expect([...ids]).toEqual(['16', '80', '160', '320', '480', '640', '960', '1280', '0']);
  });

  const eight: Rendition[] = [16, 80, 160, 320, 480, 640, 960, 1280].map((width) => ({
    width,
    quality: 85,
    framerate: 25,
  }));
  it.each([
    { name: 'one that is in use stays', request: { maxWidth: 640 }, expected: [640, 85, 25] },
    {
      name: 'a new one shares the largest within it',
      request: { maxWidth: 640, quality: 10 },
      expected: [640, 85, 25],
    },
    { name: 'the own width shares the widest', request: {}, expected: [1280, 85, 25] },
    {
      name: 'slower than all of them: the smallest',
      request: { maxWidth: 320, maxFramerate: 1 },
      expected: [16, 85, 25],
    },
  ])('with eight renditions in use: $name', ({ request, expected }) => {
    const { width, quality, framerate } = chooseRendition(request, CAMERA, eight);
    expect([width, quality, framerate]).toEqual(expected);
  });
});
