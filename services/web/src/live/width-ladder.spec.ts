import { ladderWidth } from './width-ladder.ts';

describe('ladderWidth', () => {
  it.each([
    { name: 'a 360 px phone at 3 device pixels', cssWidth: 360, ratio: 3, width: 1280 },
    { name: 'a tile exactly on a step', cssWidth: 640, ratio: 1, width: 640 },
    { name: 'a tile a rounding error over a step', cssWidth: 640.4, ratio: 1, width: 640 },
    { name: 'a tile between steps', cssWidth: 700, ratio: 1, width: 960 },
    { name: 'a thumbnail', cssWidth: 40, ratio: 1, width: 160 },
    { name: 'an 8K wall', cssWidth: 7680, ratio: 1, width: 3840 },
    { name: 'a tile not laid out yet', cssWidth: 0, ratio: 2, width: 160 },
  ])('$name asks for $width', ({ cssWidth, ratio, width }) => {
    expect(ladderWidth(cssWidth, ratio)).toBe(width);
  });
});
