import { automaticMaxCameras } from './max-cameras.ts';

it.each([
  [0.5, 64],
  [1, 64],
  [2, 128],
  [2.5, 160],
  [16, 1024],
])('with %d cores a transcoder takes %d cameras', (cores, cameras) => {
  expect(automaticMaxCameras(cores)).toBe(cameras);
});
