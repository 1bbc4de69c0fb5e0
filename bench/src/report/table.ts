/** Tables for a terminal: aligned columns, numbers to the right. */

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

const INDENT = '  ';
const GAP = '   ';

/** A line each, without a line break at the end. */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    (INDENT + cells.map((cell, index) => padded(cell, widths[index] ?? 0, columns[index]?.align)).join(GAP)).trimEnd();
  return [line(columns.map(({ title }) => title)), ...rows.map(line)].join('\n');
}

/** Proportional to value, `width` characters at `max`; never empty for what is not zero. */
export function formatBar(value: number, max: number, width: number): string {
  if (!(value > 0 && max > 0)) return '';
  const eighths = Math.max(1, Math.round(Math.min(value / max, 1) * width * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + (PARTS[eighths % 8] ?? '');
}

/** A dash for what is not known. */
export function formatNumber(value: number | undefined, digits = 0): string {
  return value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(digits);
}

const PARTS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

function padded(cell: string, width: number, align: Column['align'] = 'right'): string {
  return align === 'left' ? cell.padEnd(width) : cell.padStart(width);
}
