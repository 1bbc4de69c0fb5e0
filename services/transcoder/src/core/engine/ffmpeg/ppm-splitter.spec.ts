import type { RgbPicture } from '../rgb-jpeg.ts';
import { PpmSplitter } from './ppm-splitter.ts';

const picture = (width: number, height: number, level: number) =>
  Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), Buffer.alloc(width * height * 3, level)]);

function split(stream: Buffer, chunkBytes: number): RgbPicture[] {
  const pictures: RgbPicture[] = [];
  const splitter = new PpmSplitter({
    onPicture: (done) => pictures.push(done),
    allocate: (bytes) => Buffer.alloc(bytes + 5),
  });
  for (let at = 0; at < stream.length; at += chunkBytes) splitter.push(stream.subarray(at, at + chunkBytes));
  return pictures;
}

describe('PpmSplitter', () => {
  it.each([1, 2, 7, 16, 100, 10_000])('puts pictures together from chunks of %i bytes', (chunkBytes) => {
    const stream = Buffer.concat([picture(4, 2, 10), picture(16, 9, 80), picture(1, 1, 0x50)]);
    expect(split(stream, chunkBytes).map(({ width, height, data }) => [width, height, data.length, data[0]])).toEqual([
      [4, 2, 24, 10],
      [16, 9, 432, 80],
      [1, 1, 3, 0x50],
    ]);
  });

  it.each([
    { name: 'another format', stream: 'GIF89a' },
    { name: 'grey pictures', stream: 'P5\n4 4\n255\n' },
    { name: '16-bit pictures', stream: 'P6\n4 4\n65535\n                     ' },
    { name: 'a picture without pixels', stream: 'P6\n0 4\n255\n' },
    { name: 'a picture larger than any', stream: 'P6\n99999 99999\n255\n' },
  ])('refuses $name', ({ stream }) => {
    expect(() => split(Buffer.from(stream), 3)).toThrow(RangeError);
  });
});
