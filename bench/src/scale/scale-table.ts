/** A table of the report, for the terminal and for docs/scaling.md. */
import { formatTable } from '../report/table.ts';

export interface ScaleTable {
  /** Of the markers in docs/scaling.md between which it stands. */
  readonly name: 'cost' | 'units' | 'control' | 'hand-over' | 'failover' | 'simulation' | 'plan';
  readonly title: string;
  /** The first one holds words, the others numbers. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** A sentence or two below it. */
  readonly note: string;
}

export function forTerminal({ title, columns, rows, note }: ScaleTable): string {
  const [first = '', ...others] = columns;
  const heads = [{ title: first, align: 'left' as const }, ...others.map((name) => ({ title: name }))];
  return [
    `  ${title}`,
    '',
    formatTable(
      heads,
      rows.map((cells) => cells.map((cell) => cell.replaceAll('**', ''))),
    ),
    ...(note === '' ? [] : ['', `  ${note}`]),
  ].join('\n');
}

export function asMarkdown({ columns, rows, note }: ScaleTable): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = columns.map((_, index) => (index === 0 ? '---' : '--:'));
  const table = [line(columns), line(rule), ...rows.map(line)].join('\n');
  return note === '' ? table : `${table}\n\n${note}`;
}

/** @throws Error when the text has no place for it */
export function putBetweenMarkers(text: string, name: string, content: string): string {
  const [from, to] = [`<!-- bench:scale ${name} -->`, `<!-- /bench:scale ${name} -->`];
  const start = text.indexOf(from);
  const end = text.indexOf(to);
  if (start < 0 || end < start) throw new Error(`there is no ${from} … ${to} to put the table between`);
  return `${text.slice(0, start + from.length)}\n${content}\n${text.slice(end)}`;
}
