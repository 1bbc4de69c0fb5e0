/** The price of each unit of work, from all turns together. Pure. */
import { type Fit, fitCosts, type Sample } from './fit.ts';
import type { LeaseLoad } from './lease-load.ts';
import type { Turn } from './turn.ts';

/** Cores of each, a second: a process that does nothing, a camera, a Mbit/s. */
export type IngestUnit = 'process' | 'camera' | 'megabit';
export type TranscoderUnit = 'process' | 'camera' | 'decodedMegapixel' | 'encodedMegapixel';
/** A camera that it knows of, a frame or Mbit/s that it reads from Redis, and one that it sends to a viewer. */
export type GatewayUnit = 'process' | 'camera' | 'readFrame' | 'readMegabit' | 'sentFrame' | 'sentMegabit';
export type MediaUnit = 'process' | 'command' | 'megabyte';
/** A process of any service, a camera, and a camera that is watched; then each camera for each process of a service. */
export type ControlUnit =
  | 'process'
  | 'camera'
  | 'watchedCamera'
  | 'cameraIngest'
  | 'watchedCameraTranscoder'
  | 'cameraGateway';

export interface ControlCosts {
  readonly of: Fit<ControlUnit>;
  /** Of each pair of workers of one service, as each reads what all others say of themselves. */
  readonly perWorkerPair: number;
}

export interface MediaTraffic {
  /** Bytes in and out of Redis by those of the access units and JPEGs that were written and read. */
  readonly inShare: number;
  readonly outShare: number;
  readonly commandsPerAccessUnit: number;
  readonly commandsPerJpeg: number;
}

export interface UnitCosts {
  readonly ingest: Fit<IngestUnit>;
  readonly transcoder: Fit<TranscoderUnit>;
  readonly gateway: Fit<GatewayUnit>;
  readonly media: Fit<MediaUnit>;
  readonly mediaTraffic: MediaTraffic;
  readonly controlCores: ControlCosts;
  readonly controlCommands: ControlCosts;
  readonly controlInBytes: ControlCosts;
  readonly controlOutBytes: ControlCosts;
  /** Of the picture that the turns were taken with: bits of JPEG a pixel. */
  readonly jpegBitsPerPixel: number;
}

/** Cores that a turn of some seconds can tell from none. */
const FLOOR_CORES = 0.02;
/** Redis counts its own time finer. */
const FLOOR_CONTROL_CORES = 0.005;

export function unitCosts(turns: readonly Turn[], leaseLoads: readonly LeaseLoad[]): UnitCosts {
  const control = (of: (turn: Turn) => number, ofLeases: (load: LeaseLoad) => number, floor: number): ControlCosts => ({
    of: fitCosts(
      CONTROL_UNITS,
      turns.map((turn) => ({ cost: of(turn), units: controlUnits(turn) })),
      floor,
    ),
    perWorkerPair: fitCosts(['worker', 'pair'], leaseLoads.map(pairSample(ofLeases)), floor).perUnit.pair,
  });
  return {
    ingest: fitCosts(['process', 'camera', 'megabit'], turns.map(ingestSample), FLOOR_CORES),
    transcoder: fitCosts(TRANSCODER_UNITS, turns.map(transcoderSample), FLOOR_CORES),
    gateway: fitCosts(GATEWAY_UNITS, turns.map(gatewaySample), FLOOR_CORES),
    media: fitCosts(['process', 'command', 'megabyte'], turns.map(mediaSample), FLOOR_CORES),
    mediaTraffic: mediaTraffic(turns),
    controlCores: control(
      (turn) => turn.control.cores,
      (load) => load.cores,
      FLOOR_CONTROL_CORES,
    ),
    controlCommands: control(
      (turn) => turn.control.commandsPerSecond,
      (load) => load.commandsPerSecond,
      1,
    ),
    controlInBytes: control(
      (turn) => turn.control.inBytesPerSecond,
      (load) => load.inBytesPerSecond,
      1,
    ),
    controlOutBytes: control(
      (turn) => turn.control.outBytesPerSecond,
      (load) => load.outBytesPerSecond,
      1,
    ),
    jpegBitsPerPixel: jpegBitsPerPixel(turns),
  };
}

const TRANSCODER_UNITS: readonly TranscoderUnit[] = ['process', 'camera', 'decodedMegapixel', 'encodedMegapixel'];
const GATEWAY_UNITS: readonly GatewayUnit[] = [
  'process',
  'camera',
  'readFrame',
  'readMegabit',
  'sentFrame',
  'sentMegabit',
];
const CONTROL_UNITS: readonly ControlUnit[] = [
  'process',
  'camera',
  'watchedCamera',
  'cameraIngest',
  'watchedCameraTranscoder',
  'cameraGateway',
];

function ingestSample({ cores, counts, cameras, work }: Turn): Sample<IngestUnit> {
  return { cost: cores.ingest, units: { process: counts.ingest, camera: cameras, megabit: work.ingestedMegabits } };
}

function transcoderSample(turn: Turn): Sample<TranscoderUnit> {
  const { cores, counts, watchedCameras, work, decodedPixels, encodedPixels } = turn;
  return {
    cost: cores.transcoder,
    units: {
      process: counts.transcoder,
      camera: watchedCameras,
      decodedMegapixel: (work.decodedFrames * decodedPixels) / 1e6,
      encodedMegapixel: (work.encodedFrames * encodedPixels) / 1e6,
    },
  };
}

function gatewaySample({ cores, counts, cameras, work }: Turn): Sample<GatewayUnit> {
  return {
    cost: cores.gateway,
    units: {
      process: counts.gateway,
      camera: cameras * counts.gateway,
      readFrame: work.encodedFrames,
      readMegabit: work.encodedMegabits,
      sentFrame: work.sentFrames,
      sentMegabit: work.sentMegabits,
    },
  };
}

function mediaSample({ media }: Turn): Sample<MediaUnit> {
  const megabyte = (media.inBytesPerSecond + media.outBytesPerSecond) / 1e6;
  return { cost: media.cores, units: { process: 1, command: media.commandsPerSecond, megabyte } };
}

function controlUnits({ counts, cameras, watchedCameras }: Turn): Sample<ControlUnit>['units'] {
  return {
    process: counts.ingest + counts.transcoder + counts.gateway,
    camera: cameras,
    watchedCamera: watchedCameras,
    cameraIngest: cameras * counts.ingest,
    watchedCameraTranscoder: watchedCameras * counts.transcoder,
    cameraGateway: cameras * counts.gateway,
  };
}

function pairSample(of: (load: LeaseLoad) => number) {
  return (load: LeaseLoad) => ({ cost: of(load), units: { worker: load.workers, pair: load.workers ** 2 } });
}

/** Ingest's access units are written once, and read by a transcoder while somebody watches; each JPEG is written and read once here. */
function mediaTraffic(turns: readonly Turn[]): MediaTraffic {
  const sum = (of: (turn: Turn) => number) => turns.reduce((total, turn) => total + of(turn), 0);
  const bytes = (megabits: number) => (megabits * 1e6) / 8;
  const read = ({ work, cameras, watchedCameras }: Turn) => (work.ingestedMegabits * watchedCameras) / cameras;
  const commands = fitCosts(
    ['accessUnit', 'jpeg'],
    turns.map(({ media, work }) => ({
      cost: media.commandsPerSecond,
      units: { accessUnit: work.accessUnits, jpeg: work.encodedFrames },
    })),
    1,
  ).perUnit;
  return {
    inShare:
      sum(({ media }) => media.inBytesPerSecond) /
      sum(({ work }) => bytes(work.ingestedMegabits + work.encodedMegabits)),
    outShare:
      sum(({ media }) => media.outBytesPerSecond) / sum((turn) => bytes(read(turn) + turn.work.encodedMegabits)),
    commandsPerAccessUnit: commands.accessUnit,
    commandsPerJpeg: commands.jpeg,
  };
}

/** Of the JPEGs at the camera's own size. */
function jpegBitsPerPixel(turns: readonly Turn[]): number {
  const whole = turns.filter(({ encodedPixels, decodedPixels }) => encodedPixels === decodedPixels);
  const megapixels = whole.reduce(
    (sum, { work, encodedPixels }) => sum + (work.encodedFrames * encodedPixels) / 1e6,
    0,
  );
  return whole.reduce((sum, { work }) => sum + work.encodedMegabits, 0) / megapixels;
}
