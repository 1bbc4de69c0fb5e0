/** The figures as a person reads them. */
import type { FirstPictureResult } from '../first-picture.ts';
import type { FrameAgeResult } from '../frame-age/result.ts';
import { mean } from '../frame-age/result.ts';
import type { IdleCostResult, IdleTurn } from '../idle-cost.ts';
import type { BenchResults } from '../results.ts';
import type { ViewerCapacityResult } from '../viewer-capacity.ts';
import { formatBar, formatNumber, formatTable } from './table.ts';

const BAR_WIDTH = 24;
const MEGABYTE = 1024 * 1024;

export function report(results: BenchResults): string {
  const sections = [
    heading(results),
    ...(results.frameAge ?? []).map(frameAgeSection),
    ...(results.firstPicture === undefined ? [] : [firstPictureSection(results.firstPicture)]),
    ...(results.viewers === undefined ? [] : [viewersSection(results.viewers)]),
    ...(results.idle ?? []).map(idleSection),
  ];
  return `\n${sections.join('\n\n')}\n`;
}

function heading({ machine, commit, startedAt, loadBefore, options }: BenchResults): string {
  const { versions } = machine;
  const memoryGb = formatNumber(machine.memoryBytes / MEGABYTE / 1024);
  return [
    `  Oriel ${commit === undefined ? '' : `${commit.hash}${commit.modified ? ' (modified)' : ''} `}on ${startedAt.slice(0, 16)}Z`,
    `  ${machine.cores} × ${machine.cpu}, ${memoryGb} GB, ${machine.system}`,
    `  node ${versions.node}, ffmpeg ${versions.ffmpeg}, Redis ${versions.redis}; load before the run ${formatNumber(loadBefore, 2)}`,
    ...(options.quick ? ['  A quick run: it shows that all works, its figures are worth little.'] : []),
  ].join('\n');
}

function frameAgeSection({ size, picture, readers, stages, orielIdleCores, cameraCores }: FrameAgeResult): string {
  const oldestMs = Math.max(...readers.map(({ ageMs }) => ageMs.p50));
  const columns = [
    { title: `Frame age, ${size} ${picture}, ms`, align: 'left' as const },
    ...[
      'p50',
      'p95',
      'p99',
      'frames/s',
      'of the camera’s',
      'repeated',
      'skipped',
      'KB/frame',
      'CPU ms/frame',
      'memory MB',
      'load',
      'others’ cores',
    ].map((title) => ({ title })),
    { title: 'p50', align: 'left' as const },
  ];
  const rows = readers.map((row) => [
    row.reader,
    ...[row.ageMs.p50, row.ageMs.p95, row.ageMs.p99].map((ms) => formatNumber(ms, 1)),
    formatNumber(row.framesPerSecond, 2),
    formatNumber(row.cameraFramesPerSecond, 2),
    formatNumber(row.repeated),
    formatNumber(row.skipped),
    formatNumber(row.meanJpegBytes / 1000),
    formatNumber(row.cpuMsPerFrame, 1),
    formatNumber(row.memoryBytes / MEGABYTE),
    formatNumber(Math.max(...row.loads), 1),
    formatNumber(row.foreignCores, 2),
    formatBar(row.ageMs.p50, oldestMs, BAR_WIDTH),
  ]);
  const { cameraMs, servicesMs, decodeMs, encodeMs, deliveryMs } = stages;
  const cores = Object.entries(readers[0]?.cores ?? {}).map(([name, value]) => `${name} ${formatNumber(value, 3)}`);
  return [
    formatTable(columns, rows),
    `  Oriel’s time: camera ${formatNumber(cameraMs, 1)} ms, services ${formatNumber(servicesMs, 1)} ms ` +
      `(decode ${formatNumber(decodeMs, 1)}, encode ${formatNumber(encodeMs, 1)}), delivery ${formatNumber(deliveryMs, 1)} ms`,
    `  Oriel’s cores: ${cores.join(', ')}; ${formatNumber(orielIdleCores, 3)} in all while nobody watches. Camera: ${formatNumber(cameraCores, 2)}`,
  ].join('\n');
}

function firstPictureSection(results: readonly FirstPictureResult[]): string {
  const longestMs = Math.max(...results.map(({ firstViewerMs }) => firstViewerMs.max));
  const columns = [
    { title: 'First picture, 720p30, ms', align: 'left' as const },
    ...['p50', 'max', 'tries', 'second viewer p50', 'max', 'load'].map((title) => ({ title })),
    { title: 'max', align: 'left' as const },
  ];
  const rows = results.map(({ gopSeconds, picture, firstViewerMs, secondViewerMs, loads }) => [
    `GOP ${gopSeconds} s, ${picture}`,
    formatNumber(firstViewerMs.p50),
    formatNumber(firstViewerMs.max),
    formatNumber(firstViewerMs.count),
    formatNumber(secondViewerMs.p50),
    formatNumber(secondViewerMs.max),
    formatNumber(Math.max(...loads), 1),
    formatBar(firstViewerMs.max, longestMs, BAR_WIDTH),
  ]);
  return formatTable(columns, rows);
}

function viewersSection({ steps, held, viewersPerGatewayCore, stoppedBy }: ViewerCapacityResult): string {
  const columns = [
    { title: 'Viewers, 720p30', align: 'left' as const },
    ...[
      'gateway cores',
      'CPU ms/frame',
      'Mbit/s',
      'frames/s each',
      'sent after p50, ms',
      'p95, ms',
      'viewers’ cores',
      'machine’s cores',
    ].map((title) => ({ title })),
    { title: 'gateway', align: 'left' as const },
  ];
  const rows = steps.map((step) => [
    formatNumber(step.viewers),
    formatNumber(step.gatewayCores, 2),
    formatNumber((step.gatewayCores * 1000) / (step.framesPerSecondEach * step.viewers), 3),
    formatNumber(step.megabitsPerSecond),
    formatNumber(step.framesPerSecondEach, 1),
    formatNumber(step.sendAgeMs.p50),
    formatNumber(step.sendAgeMs.p95),
    formatNumber(step.viewerCores, 2),
    formatNumber(step.machineCores, 2),
    formatBar(step.gatewayCores, 1, BAR_WIDTH),
  ]);
  const summary =
    held === undefined
      ? '  Not even the first step was within the limits'
      : `  One gateway held ${held.viewers} viewers, ${formatNumber(held.megabitsPerSecond)} Mbit/s, ` +
        `at ${formatNumber((held.gatewayCores / held.viewers) * 100, 2)} % of a core each: ${viewersPerGatewayCore} would take 0.9 core`;
  return `${formatTable(columns, rows)}\n${summary}; the next step ended by: ${stoppedBy}.`;
}

function idleSection({ cameras, cameraUrl, turns }: IdleCostResult): string {
  const names = Object.keys(turns[0]?.cores ?? {});
  const percent = (cores: number) => formatNumber(cores * 100, 2);
  const total = (turn: IdleTurn) => Object.values(turn.cores).reduce((sum, cores) => sum + cores, 0);
  const row = (name: string, coresOf: (turn: IdleTurn) => number) => {
    const cores = turns.map(coresOf);
    return [name, percent(mean(cores)), percent(Math.min(...cores)), percent(Math.max(...cores))];
  };
  const columns = [
    {
      title: `Nobody watches, ${cameras} × ${cameraUrl === undefined ? '720p30' : 'the given camera'}`,
      align: 'left' as const,
    },
    ...['% of a core', 'min', 'max'].map((title) => ({ title })),
  ];
  const rows = [
    ...names.map((name) => row(name, ({ cores }) => cores[name] ?? Number.NaN)),
    row('all', total),
    row('all, a camera', (turn) => total(turn) / cameras),
  ];
  const rate = (of: (turn: IdleTurn) => number, digits = 0) => formatNumber(mean(turns.map(of)), digits);
  return (
    `${formatTable(columns, rows)}\n  ${rate(({ picturesPerSecond }) => picturesPerSecond)} pictures/s, ` +
    `${rate(({ megabitsPerSecond }) => megabitsPerSecond, 1)} Mbit/s; commands/s: ` +
    `control ${rate(({ controlCommandsPerSecond }) => controlCommandsPerSecond)}, ` +
    `media ${rate(({ mediaCommandsPerSecond }) => mediaCommandsPerSecond)}; ` +
    `load ${formatNumber(Math.max(...turns.map(({ load }) => load)), 1)}`
  );
}
