import fc from 'fast-check';
import { BARCODE_CELLS, drawBarcode, readBarcode } from './barcode.ts';

const plane = (width: number, height: number, fill = 128) => ({
  data: new Uint8Array(width * height).fill(fill),
  width,
  height,
});

describe('barcode', () => {
  it('has the layout that its file tells', () => {
    const picture = plane(BARCODE_CELLS, 16);
    drawBarcode(picture, 1);
    const cells = [...picture.data.subarray(0, BARCODE_CELLS)].map((level) => (level === 235 ? '1' : '0')).join('');
    expect(cells).toBe(`10${'0'.repeat(51)}1000010011100010001`.slice(0, 54) + cells.slice(54));
    expect(cells.slice(54)).toMatch(/^[01]{16}01$/);
    expect(picture.data[BARCODE_CELLS]).toBe(128);
  });

  it('reads back any time at any size', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 52 - 1 }),
        fc.integer({ min: 216, max: 900 }),
        fc.integer({ min: 90, max: 300 }),
        (timeUs, width, height) => {
          const picture = plane(width, height);
          drawBarcode(picture, timeUs);
          expect(readBarcode(picture)).toBe(timeUs);
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each([
    { name: 'RGB', bytesPerPixel: 3 },
    { name: 'RGBA', bytesPerPixel: 4 },
  ])('reads $name', ({ bytesPerPixel }) => {
    const { data, width, height } = plane(640, 360);
    drawBarcode({ data, width, height }, 1_781_234_567_890_123);
    const colour = new Uint8Array(data.length * bytesPerPixel);
    for (const [index, level] of data.entries()) colour.fill(level, index * bytesPerPixel, index * bytesPerPixel + 3);
    expect(readBarcode({ data: colour, width, height, bytesPerPixel })).toBe(1_781_234_567_890_123);
  });

  it('draws within the width of a padded plane', () => {
    const data = new Uint8Array(704 * 360).fill(7);
    drawBarcode({ data, width: 640, height: 360, strideBytes: 704 }, 5);
    expect(data.subarray(640, 704).every((level) => level === 7)).toBe(true);
    expect(readBarcode({ data, width: 640, height: 360, strideBytes: 704 })).toBe(5);
  });

  it('is undefined with any one cell changed', () => {
    for (let cell = 0; cell < BARCODE_CELLS; cell++) {
      const picture = plane(720, 160);
      drawBarcode(picture, 1_781_234_567_890_123);
      for (let row = 0; row < 10; row++) {
        const at = row * 720 + cell * 10;
        picture.data.fill(picture.data[at] === 235 ? 16 : 235, at, at + 10);
      }
      expect(readBarcode(picture)).toBeUndefined();
    }
  });

  it.each([
    { name: 'a flat picture', picture: plane(640, 360) },
    { name: 'a black one', picture: plane(640, 360, 0) },
    { name: 'one too small', picture: plane(71, 360) },
    { name: 'data that ends early', picture: { data: new Uint8Array(10), width: 640, height: 360 } },
  ])('is undefined for $name', ({ picture }) => {
    expect(readBarcode(picture)).toBeUndefined();
  });

  it.each([-1, 0.5, 2 ** 52, Number.NaN])('refuses to draw %d', (timeUs) => {
    expect(() => drawBarcode(plane(640, 360), timeUs)).toThrow(TypeError);
  });
});
