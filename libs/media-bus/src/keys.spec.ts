import { mediaKeys } from './keys.ts';

const rendition = { width: 640, quality: 75, framerate: 15 };

it('spells the keys that deployed services use', () => {
  expect(mediaKeys.accessUnits('front-door')).toBe('v1:{front-door}:au');
  expect(mediaKeys.keyframePointer('front-door')).toBe('v1:{front-door}:au:key');
  expect(mediaKeys.jpegs('front-door', rendition)).toBe('v1:{front-door}:jpeg:w640-q75-f15');
});

it.each(['', 'a:b', 'a}b', 'Front', 'x'.repeat(65), 'a\n'])('refuses the camera id %j', (cameraId) => {
  expect(() => mediaKeys.accessUnits(cameraId)).toThrow(RangeError);
});
