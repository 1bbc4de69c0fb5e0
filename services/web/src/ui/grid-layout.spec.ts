import { gridLayout } from './grid-layout.ts';

describe('gridLayout', () => {
  it.each([
    { name: 'one camera fills a desktop window', tiles: 1, width: 1408, height: 820, columns: 1, tileWidth: 1408 },
    {
      name: 'one camera in a low window is as high as the window',
      tiles: 1,
      width: 1408,
      height: 540,
      columns: 1,
      tileWidth: 960,
    },
    { name: 'six on a desktop', tiles: 6, width: 1416, height: 828, columns: 2, tileWidth: 481 },
    { name: 'two side by side on a 4K wall', tiles: 2, width: 3840, height: 2160, columns: 2, tileWidth: 1916 },
    { name: 'sixteen on a 4K wall', tiles: 16, width: 3840, height: 2160, columns: 4, tileWidth: 949 },
    { name: 'four on a phone, one below the other', tiles: 4, width: 344, height: 700, columns: 1, tileWidth: 344 },
    { name: 'six on a phone held sideways scroll', tiles: 6, width: 780, height: 300, columns: 2, tileWidth: 386 },
    { name: 'five hundred on a desktop scroll', tiles: 500, width: 1416, height: 828, columns: 4, tileWidth: 348 },
    { name: 'a window without height yet', tiles: 3, width: 1416, height: 0, columns: 4, tileWidth: 348 },
  ])('$name', ({ tiles, width, height, columns, tileWidth }) => {
    expect(gridLayout(tiles, { width, height, gap: 8 })).toEqual({ columns, tileWidth });
  });
});
