import { parseArgs } from 'node:util';

export const HELP = `Usage: npm run bench:scale -- [options]

Measures what work costs with more processes, what moving and dying ones cost viewers, simulates clusters beyond this
machine, and computes what 10, 1,000 and 100,000 cameras take. About ten minutes.

  --only PART     cost, control, hand-over, failover or simulation; cost and control together give the prices
                  of units, from which the computed table follows
  --quick         a few seconds each: to see that it works, not for figures
  --write         puts the tables into docs/scaling.md, too
  --output FILE   where the results go [bench/results/scale-<date>.json]
  --help          this text
`;

export const PARTS = ['cost', 'control', 'hand-over', 'failover', 'simulation'] as const;
export type Part = (typeof PARTS)[number];

export interface ScaleOptions {
  readonly parts: readonly Part[];
  readonly quick: boolean;
  readonly write: boolean;
  readonly output: string | undefined;
}

/** Undefined when help is wanted. @throws TypeError with a sentence for who typed it */
export function parseScaleOptions(args: readonly string[]): ScaleOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true, default: [] },
      quick: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      output: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const { only, quick, write, output } = values;
  const unknown = only.find((name) => !PARTS.some((part) => part === name));
  if (unknown !== undefined) throw new TypeError(`--only must be one of ${PARTS.join(', ')}, not ${unknown}`);
  const parts = PARTS.filter((part) => only.length === 0 || only.includes(part));
  return { parts, quick, write, output };
}
