import { isCameraId } from './camera-id.ts';

it.each(['7', 'front-door', 'a'.repeat(64)])('takes the camera id %p', (id) => {
  expect(isCameraId(id)).toBe(true);
});

it.each(['', 'a:b', 'a}b', 'Front', 'türe', 'a b', 'a\n', 'a'.repeat(65)])('refuses the camera id %p', (id) => {
  expect(isCameraId(id)).toBe(false);
});
