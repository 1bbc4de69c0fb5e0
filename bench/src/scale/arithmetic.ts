/** How much of everything a number of cameras takes, from the price of each unit of work. Pure; docs/scaling.md shows the same formulas. */
import type { ControlCosts, UnitCosts } from './units.ts';

export interface Demand {
  readonly cameras: number;
  /** Of them, watched at the same time. */
  readonly watched: number;
  /** Pictures that viewers have open: nine tiles on a page are nine. */
  readonly shown: number;
}

export interface Picture {
  readonly megapixels: number;
  readonly framesPerSecond: number;
  /** Of the camera. */
  readonly megabitsPerSecond: number;
  readonly bufferSizeBytes: number;
}

/** What one deployment needs. Cores are those in use; processes and nodes have room to spare. */
export interface Deployment {
  readonly demand: Demand;
  readonly ingestCores: number;
  readonly ingests: number;
  readonly transcoderCores: number;
  readonly transcoders: number;
  readonly gatewayCores: number;
  readonly gateways: number;
  readonly mediaInMegabits: number;
  readonly mediaOutMegabits: number;
  readonly mediaCores: number;
  readonly mediaNodes: number;
  readonly mediaMemoryBytes: number;
  readonly controlCommands: number;
  readonly controlMegabits: number;
  readonly controlCores: number;
  readonly cameraMegabits: number;
  readonly viewerMegabits: number;
}

export interface Plan {
  readonly demand: Demand;
  readonly deployments: number;
  /** Each of them. */
  readonly each: Deployment;
}

/** Of a core that only one thread can use: an ingest, a gateway, a Redis. */
export const USABLE_CORE = 0.7;
/** Of a host of so many cores, which transcoders share. */
export const HOST_CORES = 16;
export const USABLE_HOST = 0.8;
/** Of a network of 10 Gbit/s. */
export const USABLE_MEGABITS = 7_000;
/** Of the control Redis; the rest is for the seconds in which cameras move. */
export const USABLE_CONTROL_CORES = 0.5;
/** What the configuration takes. */
export const MAX_CAMERAS = 1_000;

export function plan(demand: Demand, picture: Picture, costs: UnitCosts): Plan {
  const largest = Math.min(MAX_CAMERAS, camerasOfControlRedis(demand, picture, costs));
  const deployments = Math.ceil(demand.cameras / largest);
  const share = (value: number) => Math.ceil(value / deployments);
  const { cameras, watched, shown } = demand;
  const part = { cameras: share(cameras), watched: share(watched), shown: share(shown) };
  return { demand, deployments, each: deployment(part, picture, costs) };
}

/** How many cameras, watched in the same proportion, keep one control Redis as busy as it should be. */
export function camerasOfControlRedis(demand: Demand, picture: Picture, costs: UnitCosts): number {
  const { cameras, watched, shown } = demand;
  const isEnough = (count: number) => {
    const part = { cameras: count, watched: (watched * count) / cameras, shown: (shown * count) / cameras };
    return deployment(part, picture, costs).controlCores <= USABLE_CONTROL_CORES;
  };
  let [low, high] = [1, 1];
  while (isEnough(high) && high < 1e6) [low, high] = [high, high * 2];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) low = middle;
    else high = middle;
  }
  return low;
}

export function deployment(demand: Demand, picture: Picture, costs: UnitCosts): Deployment {
  const { cameras, watched, shown } = demand;
  const { megapixels, framesPerSecond, megabitsPerSecond, bufferSizeBytes } = picture;
  const jpegMegabits = (megapixels * 1e6 * costs.jpegBitsPerPixel) / 1e6;
  const ingest = costs.ingest.perUnit;
  const cameraCores = cameras * (ingest.camera + megabitsPerSecond * ingest.megabit);
  const ingests = Math.max(1, Math.ceil(cameraCores / (USABLE_CORE - ingest.process)));

  const transcoder = costs.transcoder.perUnit;
  const pixelCores = megapixels * (transcoder.decodedMegapixel + transcoder.encodedMegapixel);
  const watchedCores = watched * (transcoder.camera + framesPerSecond * pixelCores);
  const transcoders = Math.max(1, Math.ceil(watchedCores / (HOST_CORES * USABLE_HOST)));

  const gateway = gatewaysFor(demand, framesPerSecond, jpegMegabits, costs);
  const readFrames = gateway.gateways * gateway.camerasEach * framesPerSecond;

  const { inShare, outShare, commandsPerAccessUnit, commandsPerJpeg } = costs.mediaTraffic;
  const jpegs = watched * framesPerSecond;
  const mediaInMegabits = (cameras * megabitsPerSecond + jpegs * jpegMegabits) * inShare;
  const mediaOutMegabits = (watched * megabitsPerSecond + readFrames * jpegMegabits) * outShare;
  const mediaCommands = cameras * framesPerSecond * commandsPerAccessUnit + jpegs * commandsPerJpeg;
  const media = costs.media.perUnit;
  const mediaCores =
    media.process + mediaCommands * media.command + ((mediaInMegabits + mediaOutMegabits) / 8) * media.megabyte;

  const counts = { ingests, transcoders, gateways: gateway.gateways };
  const control = (of: ControlCosts) => controlLoad(of, demand, counts);
  const controlBytes = control(costs.controlInBytes) + control(costs.controlOutBytes);
  return {
    demand,
    ingestCores: ingests * ingest.process + cameraCores,
    ingests,
    transcoderCores: transcoders * transcoder.process + watchedCores,
    transcoders,
    gatewayCores: gateway.cores,
    gateways: gateway.gateways,
    mediaInMegabits,
    mediaOutMegabits,
    mediaCores,
    mediaNodes: Math.max(
      Math.ceil(mediaCores / USABLE_CORE),
      Math.ceil(Math.max(mediaInMegabits, mediaOutMegabits) / USABLE_MEGABITS),
    ),
    mediaMemoryBytes: cameras * bufferSizeBytes,
    controlCommands: control(costs.controlCommands),
    controlMegabits: (controlBytes * 8) / 1e6,
    controlCores: control(costs.controlCores),
    cameraMegabits: cameras * megabitsPerSecond,
    viewerMegabits: shown * framesPerSecond * jpegMegabits,
  };
}

/** Every gateway knows all cameras, and reads those that its viewers have open: at worst each viewer another one. */
function gatewaysFor(
  { cameras, watched, shown }: Demand,
  framesPerSecond: number,
  jpegMegabits: number,
  { gateway: { perUnit } }: UnitCosts,
): { readonly gateways: number; readonly cores: number; readonly camerasEach: number } {
  const read = framesPerSecond * (perUnit.readFrame + jpegMegabits * perUnit.readMegabit);
  const sent = framesPerSecond * (perUnit.sentFrame + jpegMegabits * perUnit.sentMegabit);
  for (let gateways = 1; ; gateways++) {
    const camerasEach = Math.min(watched, shown / gateways);
    const coresEach = perUnit.process + cameras * perUnit.camera + camerasEach * read + (shown / gateways) * sent;
    if (coresEach <= USABLE_CORE || gateways > MAX_GATEWAYS)
      return { gateways, cores: gateways * coresEach, camerasEach };
  }
}

/** More than that mean that a gateway which serves nobody is full already. */
const MAX_GATEWAYS = 100_000;

function controlLoad(
  { of: { perUnit }, perWorkerPair }: ControlCosts,
  { cameras, watched }: Demand,
  {
    ingests,
    transcoders,
    gateways,
  }: { readonly ingests: number; readonly transcoders: number; readonly gateways: number },
): number {
  return (
    (ingests + transcoders + gateways) * perUnit.process +
    cameras * (perUnit.camera + ingests * perUnit.cameraIngest + gateways * perUnit.cameraGateway) +
    watched * (perUnit.watchedCamera + transcoders * perUnit.watchedCameraTranscoder) +
    (ingests ** 2 + transcoders ** 2) * perWorkerPair
  );
}
