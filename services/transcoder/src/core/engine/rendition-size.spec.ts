import { renditionSize } from './rendition-size.ts';

describe('renditionSize', () => {
  it.each([
    { name: 'the own size of the camera', source: [1920, 1080], wanted: 0, size: [1920, 1080] },
    { name: 'half', source: [1920, 1080], wanted: 960, size: [960, 540] },
    { name: 'never up', source: [640, 360], wanted: 1280, size: [640, 360] },
    { name: 'the same width', source: [640, 360], wanted: 640, size: [640, 360] },
    { name: 'an odd width', source: [1920, 1080], wanted: 641, size: [642, 362] },
    { name: 'an odd height', source: [1280, 720], wanted: 426, size: [426, 240] },
    { name: 'a portrait camera', source: [1080, 1920], wanted: 360, size: [360, 640] },
    { name: 'an odd camera, own size', source: [641, 359], wanted: 0, size: [641, 359] },
    { name: 'a sliver', source: [1920, 4], wanted: 2, size: [2, 2] },
  ])('$name', ({ source: [width = 0, height = 0], wanted, size: [expectedWidth, expectedHeight] }) => {
    expect(renditionSize({ width, height }, wanted)).toEqual({ width: expectedWidth, height: expectedHeight });
  });
});
