/** What was measured and simulated, as tables. */
import { formatNumber } from '../report/table.ts';
import type { CostResult } from './cost.ts';
import type { FailoverResult } from './failover.ts';
import type { HandOverResult } from './hand-over.ts';
import type { ScaleTable } from './scale-table.ts';
import type { SimulatedSize } from './simulation.ts';
import type { Turn } from './turn.ts';

/** Of a camera that somebody asks about: what a frame costs, by how many a core can make. */
const FRAMES_PER_SECOND = 25;

/** @param ingestIdleCores what an ingest takes without cameras, if that is known: it never is without any */
export function costTable(result: CostResult, ingestIdleCores = Number.NaN): ScaleTable {
  const { camera, cameras, watchedCameras, idle, sweep, coresAwake } = result;
  const rows = [
    ...costRows('transcoder', sweep, idle.cores.transcoder, ({ work }) => work.encodedFrames),
    ...costRows('ingest', sweep, ingestIdleCores, ({ work }) => work.accessUnits),
  ];
  const { width, height, framerate } = camera;
  const megabits = mean(sweep.map(({ work }) => work.ingestedMegabits)) / cameras;
  return {
    name: 'cost',
    title: 'The same cameras with more processes',
    columns: [
      'processes',
      'frames/s',
      'cores',
      'CPU ms per frame',
      'against one',
      'the same without idle cost',
      'against one',
      `cameras at ${FRAMES_PER_SECOND} frames/s a core`,
    ],
    rows,
    note:
      `${cameras} cameras, ${width}×${height}, ${framerate} frames/s, ${formatNumber(megabits, 1)} Mbit/s each, ` +
      `${watchedCameras} of them watched at full size. ${machineNote([idle, ...sweep])}${coresAwake ? ' No core slept.' : ''}`,
  };
}

function costRows(
  kind: 'transcoder' | 'ingest',
  sweep: readonly Turn[],
  idleCores: number,
  framesOf: (turn: Turn) => number,
): string[][] {
  const numbers = [...new Set(sweep.map(({ counts }) => counts[kind]))].sort((a, b) => a - b);
  const costs = numbers.map((number) => {
    const turns = sweep.filter(({ counts }) => counts[kind] === number);
    const frames = mean(turns.map(framesOf));
    const cores = mean(turns.map((turn) => turn.cores[kind]));
    const msPerFrame = (cores / frames) * 1000;
    return { number, frames, cores, msPerFrame, netMs: ((cores - number * idleCores) / frames) * 1000 };
  });
  const [one] = costs;
  return costs.map(({ number, frames, cores, msPerFrame, netMs }) => [
    `${number} ${kind}${number === 1 ? '' : 's'}`,
    formatNumber(frames),
    formatNumber(cores, 3),
    formatNumber(msPerFrame, 2),
    percent(msPerFrame / (one?.msPerFrame ?? Number.NaN) - 1, number),
    formatNumber(netMs, 2),
    percent(netMs / (one?.netMs ?? Number.NaN) - 1, number),
    formatNumber(1000 / msPerFrame / FRAMES_PER_SECOND, 1),
  ]);
}

export function handOverTable(results: readonly HandOverResult[]): ScaleTable {
  const keys = [...new Set(results.map(({ kind, from, to }) => `${kind} ${from} → ${to}`))];
  const rows = keys.map((key) => {
    const same = results.filter(({ kind, from, to }) => `${kind} ${from} → ${to}` === key);
    const most = (of: (result: HandOverResult) => number) => Math.max(...same.map(of));
    const total = (of: (result: HandOverResult) => number) => same.reduce((sum, result) => sum + of(result), 0);
    return [
      `${key.replace(' ', 's ')}`,
      formatNumber(same.length),
      seconds(most(({ readyMs }) => readyMs)),
      seconds(most(({ balancedMs }) => balancedMs)),
      formatNumber(
        most(({ longestGapIntervals }) => longestGapIntervals),
        1,
      ),
      formatNumber(total(({ repeated }) => repeated)),
      formatNumber(total(({ reordered }) => reordered)),
    ];
  });
  return {
    name: 'hand-over',
    title: 'Scaled while six cameras are watched',
    columns: [
      'what',
      'times',
      'all there, or gone',
      'all with an equal share',
      'largest gap, frame intervals',
      'frames repeated',
      'out of order',
    ],
    rows,
    note:
      'Six cameras at 10 frames/s, one viewer. Times count from the order, so the start of the processes is part of them; the ' +
      'largest of all times and cameras.',
  };
}

export function failoverTable(results: readonly FailoverResult[]): ScaleTable {
  return {
    name: 'failover',
    title: 'kill -9 of one of two',
    columns: [
      'killed',
      'times',
      'no picture, p50',
      'p95',
      'longest',
      'other cameras, longest',
      'frames repeated',
      'out of order',
    ],
    rows: results.map(({ kind, kills, gapMs, othersGapMs, repeated, reordered }) => [
      kind,
      formatNumber(kills),
      seconds(gapMs.p50),
      seconds(gapMs.p95),
      seconds(gapMs.max),
      seconds(othersGapMs.max),
      formatNumber(repeated),
      formatNumber(reordered),
    ]),
    note: 'Six cameras at 10 frames/s. Of each camera that the dead process had: its longest time between two pictures.',
  };
}

export function simulationTable(sizes: readonly SimulatedSize[]): ScaleTable {
  return {
    name: 'simulation',
    title: 'Simulated clusters',
    columns: [
      'workers, cameras: what happens',
      'even after',
      'workers differ after 5 s by',
      'longest without owner',
      'cameras handed over',
      'cores that changed owner, of the least possible',
    ],
    rows: sizes.flatMap(({ workers, cameras, outcomes }) =>
      outcomes.map((outcome) => [
        `${workers}, ${cameras}: ${outcome.change}`,
        outcome.evenAfterMs === null ? 'never' : seconds(outcome.evenAfterMs),
        `${formatNumber(outcome.spreadAfter5S * 100, 1)} %`,
        seconds(outcome.longestOwnerlessMs),
        formatNumber(outcome.moves),
        formatNumber(outcome.workShare, 2),
      ]),
    ),
    note:
      `Each the worst of ${sizes[0]?.seeds ?? 0} runs. Even means that no camera of the most loaded worker would bring it nearer to the ` +
      'least loaded one. A worker that dies leaves its cameras without an owner until their locks run out, at most 1.5 s.',
  };
}

export function machineNote(turns: readonly Turn[]): string {
  const loads = turns.map(({ load }) => load);
  const foreign = mean(turns.map(({ foreignCores }) => foreignCores));
  return `Others took ${formatNumber(foreign, 2)} cores meanwhile; load ${formatNumber(Math.min(...loads), 1)} to ${formatNumber(Math.max(...loads), 1)}.`;
}

function percent(share: number, number: number): string {
  if (number === 1 || !Number.isFinite(share)) return '–';
  return `${share < 0 ? '−' : '+'}${formatNumber(Math.abs(share) * 100)} %`;
}

function seconds(ms: number): string {
  return `${formatNumber(ms / 1000, 2)} s`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
