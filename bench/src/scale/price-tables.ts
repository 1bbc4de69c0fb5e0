/** What was computed from the measurements, as tables: the price of each unit, and what numbers of cameras take. */
import { formatNumber } from '../report/table.ts';
import { type Deployment, type Picture, type Plan, USABLE_CONTROL_CORES } from './arithmetic.ts';
import type { ScaleTable } from './scale-table.ts';
import { machineNote } from './tables.ts';
import type { Turn } from './turn.ts';
import type { ControlUnit, UnitCosts } from './units.ts';

/** The price of one of it, times `factor`, in `unit`. */
function row(symbol: string, what: string, price: number, factor: number, unit: string): string[] {
  return [`${symbol}, ${what}`, `${formatPrice(price * factor)} ${unit}`.trim()];
}

/** Two digits that say something. */
function formatPrice(value: number): string {
  return value === 0 ? '0' : formatNumber(value, Math.max(0, 1 - Math.floor(Math.log10(Math.abs(value)))));
}

const CORES = [1, 'cores'] as const;
const CPU_MS = [1000, 'ms of CPU'] as const;

export function unitsTable(costs: UnitCosts, turns: readonly Turn[]): ScaleTable {
  const { ingest, transcoder, gateway, media, mediaTraffic } = costs;
  return {
    name: 'units',
    title: 'The price of each unit of work',
    columns: ['of', 'price'],
    rows: [
      row('i₀', 'an ingest that does nothing', ingest.perUnit.process, ...CORES),
      row('i₁', 'a camera at ingest', ingest.perUnit.camera, ...CORES),
      row('i₂', 'each Mbit/s of it', ingest.perUnit.megabit, ...CORES),
      row('t₀', 'a transcoder that does nothing', transcoder.perUnit.process, ...CORES),
      row('t₁', 'a watched camera', transcoder.perUnit.camera, ...CORES),
      row('t₂', 'a megapixel decoded', transcoder.perUnit.decodedMegapixel, ...CPU_MS),
      row('t₃', 'a megapixel encoded', transcoder.perUnit.encodedMegapixel, ...CPU_MS),
      row('g₀', 'a gateway that does nothing', gateway.perUnit.process, ...CORES),
      row('g₁', 'a camera that a gateway knows', gateway.perUnit.camera, ...CORES),
      row('g₂', 'a frame read from Redis', gateway.perUnit.readFrame, ...CPU_MS),
      row('g₃', 'each Mbit of it', gateway.perUnit.readMegabit, ...CPU_MS),
      row('g₄', 'a frame sent to a viewer', gateway.perUnit.sentFrame, ...CPU_MS),
      row('g₅', 'each Mbit of it', gateway.perUnit.sentMegabit, ...CPU_MS),
      row('m₀', 'a media Redis that does nothing', media.perUnit.process, ...CORES),
      row('m₁', 'a command of the media Redis', media.perUnit.command, 1e6, 'µs of CPU'),
      row('m₂', 'each MB in or out of it', media.perUnit.megabyte, ...CPU_MS),
      row('n₁', 'its commands for an access unit', mediaTraffic.commandsPerAccessUnit, 1, ''),
      row('n₂', 'its commands for a JPEG', mediaTraffic.commandsPerJpeg, 1, ''),
      row('o₁', 'bytes into it, by those of the pictures written', mediaTraffic.inShare, 1, ''),
      row('o₂', 'bytes out of it, by those of the pictures read', mediaTraffic.outShare, 1, ''),
      row('j', 'a JPEG of this picture', costs.jpegBitsPerPixel, 1, 'bits a pixel'),
    ],
    note: `Least squares over ${turns.length} turns; what they add up to is at most ${percentOf(costs)} off a turn. ${machineNote(turns)}`,
  };
}

const CONTROL_UNITS: readonly (readonly [ControlUnit, string])[] = [
  ['process', 'a process'],
  ['camera', 'a camera'],
  ['watchedCamera', 'a watched camera'],
  ['cameraIngest', 'a camera, for each ingest'],
  ['watchedCameraTranscoder', 'a watched camera, for each transcoder'],
  ['cameraGateway', 'a camera, for each gateway'],
];

export function controlTable(costs: UnitCosts): ScaleTable {
  const { controlCommands, controlInBytes, controlOutBytes, controlCores } = costs;
  const all = [controlCommands, controlInBytes, controlOutBytes, controlCores];
  const cells = ([commands = 0, inBytes = 0, outBytes = 0, cores = 0]: number[]) => [
    formatPrice(commands),
    formatPrice(inBytes),
    formatPrice(outBytes),
    formatPrice(cores * 1e6),
  ];
  return {
    name: 'control',
    title: 'What the control Redis is asked, a second',
    columns: ['for', 'commands', 'bytes in', 'bytes out', 'millionths of a core'],
    rows: [
      ...CONTROL_UNITS.map(([unit, what]) => [what, ...cells(all.map(({ of }) => of.perUnit[unit]))]),
      ['each pair of workers of one service', ...cells(all.map(({ perWorkerPair }) => perWorkerPair))],
    ],
    note: 'Commands within scripts count. A camera is the lease, the status once a second and the announcement of it.',
  };
}

export function planTable(plans: readonly Plan[], picture: Picture, largest: readonly number[]): ScaleTable {
  const columns = plans.map(({ demand }) => `${grouped(demand.cameras)} cameras`);
  const each = (of: (deployment: Deployment) => string) => plans.map((one) => of(one.each));
  const row = (what: string, cells: readonly string[]) => [what, ...cells];
  const gigabits = (megabits: number) => `${formatNumber(megabits / 1000, megabits < 100_000 ? 2 : 0)} Gbit/s`;
  return {
    name: 'plan',
    title: 'What numbers of cameras take',
    columns: ['', ...columns],
    rows: [
      row(
        'watched at a time, pictures shown',
        plans.map(({ demand }) => `${grouped(demand.watched)}, ${grouped(demand.shown)}`),
      ),
      row('cameras until the control Redis is busy', largest.map(grouped)),
      row(
        'deployments',
        plans.map(({ deployments }) => grouped(deployments)),
      ),
      row(
        '**each deployment**: cameras',
        each(({ demand }) => grouped(demand.cameras)),
      ),
      row(
        'ingest: cores, processes',
        each((one) => `${formatNumber(one.ingestCores, 1)}, ${one.ingests}`),
      ),
      row(
        'transcoder: cores, hosts of 16',
        each((one) => `${formatNumber(one.transcoderCores, 1)}, ${one.transcoders}`),
      ),
      row(
        'gateway: cores, processes',
        each((one) => `${formatNumber(one.gatewayCores, 1)}, ${one.gateways}`),
      ),
      row(
        'media Redis: in',
        each((one) => gigabits(one.mediaInMegabits)),
      ),
      row(
        'media Redis: out',
        each((one) => gigabits(one.mediaOutMegabits)),
      ),
      row(
        'media Redis: cores, nodes',
        each((one) => `${formatNumber(one.mediaCores, 2)}, ${one.mediaNodes}`),
      ),
      row(
        'media Redis: memory',
        each((one) => `${formatNumber(one.mediaMemoryBytes / 1e9, 1)} GB`),
      ),
      row(
        'control Redis: commands/s',
        each((one) => grouped(Math.round(one.controlCommands))),
      ),
      row(
        'control Redis: in and out',
        each((one) => `${formatNumber(one.controlMegabits, 1)} Mbit/s`),
      ),
      row(
        'control Redis: cores',
        each((one) => formatNumber(one.controlCores, 3)),
      ),
      row(
        'network to the cameras',
        each((one) => gigabits(one.cameraMegabits)),
      ),
      row(
        'network to the viewers',
        each((one) => gigabits(one.viewerMegabits)),
      ),
      row(
        '**all together**: cores',
        plans.map((one) => grouped(Math.ceil(coresOf(one)))),
      ),
      row(
        'network to the viewers',
        plans.map(({ deployments, each: one }) => gigabits(deployments * one.viewerMegabits)),
      ),
    ],
    note:
      `Cameras of ${formatNumber(picture.megapixels, 2)} megapixels at ${picture.framesPerSecond} frames/s and ${picture.megabitsPerSecond} Mbit/s, ` +
      `shown at full size and rate. The control Redis is busy at ${USABLE_CONTROL_CORES} core.`,
  };
}

function coresOf({ deployments, each }: Plan): number {
  const { ingestCores, transcoderCores, gatewayCores, mediaCores, controlCores } = each;
  return deployments * (ingestCores + transcoderCores + gatewayCores + mediaCores + controlCores);
}

function percentOf({ ingest, transcoder, gateway, media }: UnitCosts): string {
  const errors = [ingest, transcoder, gateway, media].map(({ largestError }) => largestError);
  return `${formatNumber(Math.max(...errors) * 100)} %`;
}

function grouped(value: number): string {
  return value.toLocaleString('en');
}
