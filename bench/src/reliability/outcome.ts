/** What became of the cameras in the runs of one failure, and how that stands in the table. Pure. */
import { distributionOf } from '../measure/distribution.ts';
import type { Continuity } from './continuity.ts';
import type { FailureGroup } from './failure.ts';
import type { PictureAge } from './picture-age.ts';

/** One run of a failure. */
export interface Run {
  /** One of each camera. */
  readonly cameras: readonly Continuity[];
  readonly ages: readonly PictureAge[];
  readonly status: string;
}

/** Longer than what a busy machine does to single pictures. */
const NOTICED_MS = 500;

export function tableHead({ isAboutAge }: FailureGroup): string {
  const columns = [
    'what happens',
    'runs',
    'cameras that lost their picture',
    'without one, median',
    '95th percentile',
    'longest',
  ];
  const counts = ['frames repeated', 'out of order'];
  const ages = isAboutAge ? ['oldest picture', 'age shown wrong by'] : [];
  return `${rowOf([...columns, ...counts, ...ages, 'what the status said'])}\n|${' --- |'.repeat(9 + ages.length)}`;
}

export function tableRow({ isAboutAge }: FailureGroup, what: string, runs: readonly Run[]): string {
  const cameras = runs.flatMap((run) => run.cameras);
  const gapsMs = cameras.map(({ longestGapMs }) => longestGapMs);
  const lostMs = gapsMs.filter((gapMs) => gapMs > NOTICED_MS);
  // Of those that lost it; where nobody did, the longest time between two pictures.
  const { p50, p95, max } = distributionOf(lostMs.length > 0 ? lostMs : gapsMs);
  const sum = (of: (camera: Continuity) => number) => cameras.reduce((total, camera) => total + of(camera), 0);
  const ages = runs.flatMap((run) => run.ages);
  return rowOf([
    what,
    String(runs.length),
    `${Math.round(lostMs.length / runs.length)} of ${cameras.length / runs.length}`,
    ...[p50, p95, max].map(seconds),
    String(sum(({ repeated }) => repeated)),
    String(sum(({ reordered }) => reordered)),
    ...(isAboutAge
      ? [milliseconds(ages.map(({ oldestMs }) => oldestMs)), milliseconds(ages.map(({ wrongByMs }) => wrongByMs))]
      : []),
    [...new Set(runs.map(({ status }) => status))].slice(0, MOST_STATUSES).join(' / '),
  ]);
}

export function missingRow(group: FailureGroup, what: string, why: string): string {
  return rowOf([what, `not run here: ${why}`, ...Array<string>(group.isAboutAge ? 9 : 7).fill('')]);
}

/** Runs differ in small things; two ways show what is usual. */
const MOST_STATUSES = 2;

function rowOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function milliseconds(values: readonly number[]): string {
  return `${Math.round(Math.max(...values))} ms`;
}
