/**
 * Draws and reads a time in a picture: a strip of equal cells across the top, full width, one sixteenth of the height.
 * Cells: white, black | 52 bits of µs since the Unix epoch, high bit first, white is 1 | 16 bits of CRC | black, white.
 * Readable in any scaled copy with at least 3 pixels per cell. Uses no Node API, so it also runs in browsers.
 */

export const BARCODE_CELLS = 72;
/** Picture height divided by strip height. */
export const BARCODE_HEIGHT_DIVISOR = 16;

/** One plane, or interleaved samples, of which only the first per pixel is read; `offset` selects another. */
export interface Samples {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  /** Bytes from one row to the next. @defaultValue width × bytesPerPixel */
  readonly strideBytes?: number;
  /** 1 for a luma plane, 3 for RGB, 4 for RGBA. @defaultValue 1 */
  readonly bytesPerPixel?: number;
}

const TIME_BITS = 52;
const CHECKSUM_BITS = 16;
const MIN_CONTRAST = 40;

/**
 * Draws the barcode into a luma plane of limited range. `timeUs` is a whole number from 0 to 2^52 - 1.
 */
export function drawBarcode(plane: Samples & { readonly data: Uint8Array }, timeUs: number): void {
  if (!Number.isInteger(timeUs) || timeUs < 0 || timeUs >= 2 ** TIME_BITS) {
    throw new TypeError(`timeUs must be a whole number below 2^${TIME_BITS}: ${timeUs}`);
  }
  const { data, width, height, strideBytes = width } = plane;
  const cells = cellsOf(timeUs);
  for (let cell = 0; cell < BARCODE_CELLS; cell++) {
    const start = Math.round((cell * width) / BARCODE_CELLS);
    const end = Math.round(((cell + 1) * width) / BARCODE_CELLS);
    data.fill(cells[cell] === 1 ? 235 : 16, start, end);
  }
  const rows = Math.ceil(height / BARCODE_HEIGHT_DIVISOR);
  for (let row = 1; row < rows; row++) data.copyWithin(row * strideBytes, 0, width);
}

/** The time in µs since the Unix epoch, or undefined when there is no barcode or its checksum fails. */
export function readBarcode(picture: Samples): number | undefined {
  const levels = cellLevels(picture);
  if (levels === undefined) return undefined;
  const darkest = Math.min(...levels);
  const brightest = Math.max(...levels);
  if (brightest - darkest < MIN_CONTRAST) return undefined;
  const threshold = (darkest + brightest) / 2;
  const bits = levels.map((level) => (level > threshold ? 1 : 0));
  const timeUs = bits.slice(2, 2 + TIME_BITS).reduce<number>((value, bit) => value * 2 + bit, 0);
  return cellsOf(timeUs).every((bit, cell) => bit === bits[cell]) ? timeUs : undefined;
}

function cellsOf(timeUs: number): number[] {
  return [1, 0, ...bitsOf(timeUs, TIME_BITS), ...bitsOf(checksum(timeUs), CHECKSUM_BITS), 0, 1];
}

function bitsOf(value: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => Math.floor(value / 2 ** (count - 1 - index)) % 2);
}

/** Mean level of each cell's centre, over the middle rows of the strip. */
function cellLevels({ data, width, height, strideBytes, bytesPerPixel = 1 }: Samples): number[] | undefined {
  if (width < BARCODE_CELLS || height < BARCODE_HEIGHT_DIVISOR) return undefined;
  const stride = strideBytes ?? width * bytesPerPixel;
  const stripRows = height / BARCODE_HEIGHT_DIVISOR;
  const firstRow = Math.floor(stripRows * 0.25);
  const endRow = Math.max(firstRow + 1, Math.floor(stripRows * 0.75));
  const cellWidth = width / BARCODE_CELLS;
  return Array.from({ length: BARCODE_CELLS }, (_, cell) => {
    const centre = (cell + 0.5) * cellWidth;
    const first = Math.floor(centre - cellWidth * 0.2);
    const end = Math.max(first + 1, Math.round(centre + cellWidth * 0.2));
    let sum = 0;
    for (let row = firstRow; row < endRow; row++) {
      for (let column = first; column < end; column++) sum += data[row * stride + column * bytesPerPixel] ?? 0;
    }
    return sum / ((endRow - firstRow) * (end - first));
  });
}

/** CRC-16/CCITT-FALSE over the seven bytes of the time, high byte first. */
function checksum(timeUs: number): number {
  let crc = 0xffff;
  for (const bit of bitsOf(timeUs, 56)) {
    const carry = (crc >> 15) & 1;
    crc = (crc << 1) & 0xffff;
    if ((carry ^ bit) === 1) crc ^= 0x1021;
  }
  return crc;
}
