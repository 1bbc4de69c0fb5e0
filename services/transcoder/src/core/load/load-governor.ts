/**
 * Turns pixels into cores, and keeps the process within the cores it has. When the cameras ask for more, each gets a fair share of them:
 * the dearest gives way first, those that ask for little keep all their pictures. Latency and cameras are never what is saved on.
 *
 * A model says what the pictures should take, what they took corrects it. How much may be taken is the capacity, corrected by what
 * came of it: less where pictures got late although there should have been cores, as on a host that others use too.
 */
import { type CameraCost, type CameraPlan, type Cost, demandCores, FULL_PLAN, isNews, planFor } from './camera-plan.ts';
import type { Work, WorkDemand, WorkDone } from './camera-work.ts';
import { CapacityEstimator } from './capacity-estimator.ts';
import { fairShares } from './fair-shares.ts';

export interface GovernedCamera {
  /** What it takes at full frame rate, as its last holder measured; undefined when nobody has. */
  readonly knownCores: number | undefined;
  /** Done since this was last asked. */
  takeWork(): WorkDone;
  demand(): WorkDemand;
  setPlan(plan: CameraPlan): void;
  reportCost(costCores: number): void;
}

export interface LoadGovernorDeps {
  /** Of this process, all threads, since it was last asked. */
  readonly cpuCores: () => number;
  readonly capacityCores: () => number;
  /** Monotonic. */
  readonly nowMs: () => number;
}

export class LoadGovernor {
  readonly #deps: LoadGovernorDeps;
  readonly #plans = new Map<GovernedCamera, CameraPlan>();
  /** Those whose known cost has not been laid beside the model's yet. */
  readonly #unpriced = new Set<GovernedCamera>();
  /** What this host takes for work that takes the host of the model one core-second. */
  #hostFactor = 1;
  #isCalibrated = false;
  #prices = 0;
  readonly #trust = new CapacityEstimator();
  #shortCores = 0;
  #ranAtMs: number;

  constructor(deps: LoadGovernorDeps) {
    this.#deps = deps;
    this.#ranAtMs = deps.nowMs();
  }

  /** Share of its wanted frames that the camera which gets the smallest one is shown at, 0 to 1. */
  get leastFrameShare(): number {
    return Math.min(1, ...[...this.#plans.values()].map(({ frameShare }) => frameShare));
  }

  /** How many cameras are shown at less than their frame rate. */
  get reducedCameras(): number {
    return [...this.#plans.values()].filter(({ frameShare }) => frameShare < 1).length;
  }

  /** What this process lacks to make all wanted frames; 0 while nothing is missing. */
  get shortCores(): number {
    return this.#isReduced ? this.#shortCores : 0;
  }

  add(camera: GovernedCamera): void {
    this.#plans.set(camera, FULL_PLAN);
    if (camera.knownCores !== undefined) this.#unpriced.add(camera);
  }

  delete(camera: GovernedCamera): void {
    this.#plans.delete(camera);
    this.#unpriced.delete(camera);
  }

  /** To be called about once a second. */
  run(): void {
    const nowMs = this.#deps.nowMs();
    const elapsedS = (nowMs - this.#ranAtMs) / 1000;
    if (elapsedS < MIN_WINDOW_S) return;
    this.#ranAtMs = nowMs;
    const cpuCores = this.#deps.cpuCores();
    const usableCores = this.#deps.capacityCores() * USABLE_CAPACITY;
    const done = [...this.#plans.keys()].map((camera) => camera.takeWork());
    const modelCores = sum(done, modelCoresOf) / elapsedS;
    this.#calibrate(cpuCores, modelCores);
    if (!this.#isCalibrated) for (const camera of this.#unpriced) this.#learnPrice(camera);
    this.#trust.learn({
      duePictures: sum(done, ({ duePictures }) => duePictures),
      missedPictures: sum(done, ({ missedPictures }) => missedPictures),
      busyCores: sum(done, ({ busyUs }) => busyUs) / 1e6 / elapsedS,
      cpuCores,
      usableCores,
      doneCores: modelCores * this.#hostFactor,
      isReduced: this.#isReduced,
    });
    this.#share(usableCores * this.#trust.share);
  }

  #calibrate(cpuCores: number, modelCores: number): void {
    // With little to do, what the process takes for itself would pass for the cameras' cost.
    if (modelCores < MIN_CALIBRATION_CORES) return;
    this.#hostFactor += (factorOf(cpuCores, modelCores) - this.#hostFactor) * SMOOTHING;
    this.#isCalibrated = true;
  }

  /**
   * With too little to do for a measurement, a camera costs here what it did elsewhere: else this worker would think its cameras cheaper
   * than others do, and have more of them than its share.
   */
  #learnPrice(camera: GovernedCamera): void {
    const modelCores = modelCoresOf(camera.demand().full);
    if (modelCores === 0 || camera.knownCores === undefined) return;
    this.#unpriced.delete(camera);
    this.#prices++;
    this.#hostFactor += (factorOf(camera.knownCores, modelCores) - this.#hostFactor) / this.#prices;
  }

  get #isReduced(): boolean {
    return this.reducedCameras > 0;
  }

  #share(availableCores: number): void {
    const cameras = [...this.#plans.keys()];
    const costs = cameras.map((camera) => this.#costOf(camera.demand()));
    const demands = costs.map(demandCores);
    const shares = fairShares(demands, availableCores);
    this.#shortCores = Math.max(0, sum(demands, (cores) => cores) - availableCores);
    for (const [index, camera] of cameras.entries()) {
      camera.reportCost(demands[index] as number);
      const before = this.#plans.get(camera) as CameraPlan;
      const plan = planFor(costs[index] as CameraCost, shares[index] as number, before);
      if (!isNews(plan, before)) continue;
      this.#plans.set(camera, plan);
      camera.setPlan(plan);
    }
  }

  #costOf({ full, keyframes }: WorkDemand): CameraCost {
    if (keyframes === undefined) return { full: this.#coresOf(full), keyframes };
    return { full: this.#coresOf(full), keyframes: { ...this.#coresOf(keyframes), perSecond: keyframes.perSecond } };
  }

  #coresOf(work: Work): Cost {
    return {
      decodeCores: decodeModelOf(work) * this.#hostFactor,
      encodeCores: encodeModelOf(work) * this.#hostFactor,
    };
  }
}

function factorOf(takenCores: number, modelCores: number): number {
  return Math.min(MAX_HOST_FACTOR, Math.max(1 / MAX_HOST_FACTOR, takenCores / modelCores));
}

function modelCoresOf(work: Work): number {
  return decodeModelOf(work) + encodeModelOf(work);
}

function decodeModelOf({ decodedPixels }: Work): number {
  return decodedPixels * DECODE_CORES_PER_PIXEL;
}

function encodeModelOf({ scaledPixels, encodedPixels }: Work): number {
  return scaledPixels * SCALE_CORES_PER_PIXEL + encodedPixels * ENCODE_CORES_PER_PIXEL;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

/** Measured at 1080p: 4.3 ms to decode a picture, 6.5 ms to convert and encode it, on one core. */
const DECODE_CORES_PER_PIXEL = 2.1e-9;
/** Of the decoded picture, whatever the size of the JPEG: 8192x4320 to a width of 320 takes 10 to 14 ms. */
const SCALE_CORES_PER_PIXEL = 0.4e-9;
const ENCODE_CORES_PER_PIXEL = 2.7e-9;
const MAX_HOST_FACTOR = 4;
const MIN_CALIBRATION_CORES = 0.05;
const SMOOTHING = 0.2;
const MIN_WINDOW_S = 0.2;
/** The event loop has to get through, too. */
const USABLE_CAPACITY = 0.95;
