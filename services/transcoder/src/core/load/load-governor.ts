/**
 * Prices the work of each camera in cores, and keeps the process within the cores it has. When the cameras ask for
 * more, each gets a fair share: the most expensive gives way first, and those that ask for little keep all their
 * pictures. Only the frame rate suffers, never the latency, and no camera is dropped.
 *
 * A cost model predicts what pictures take, and the measured CPU time corrects the model. The capacity is corrected
 * too: it shrinks when pictures were late although cores should have been free, as on a host shared with other
 * programs.
 */
import { type CameraCost, type CameraPlan, type Cost, demandCores, FULL_PLAN, isNews, planFor } from './camera-plan.ts';
import type { Work, WorkDemand, WorkDone } from './camera-work.ts';
import { CapacityEstimator } from './capacity-estimator.ts';
import { fairShares } from './fair-shares.ts';

export interface GovernedCamera {
  /** Cores at full frame rate, as the camera's last holder measured; undefined if nobody has measured. */
  readonly knownCores: number | undefined;
  /** Work done since the last call. */
  takeWork(): WorkDone;
  demand(): WorkDemand;
  setPlan(plan: CameraPlan): void;
  reportCost(costCores: number): void;
}

export interface LoadGovernorDeps {
  /** CPU time of this process (all threads) since the last call, in cores. */
  readonly cpuCores: () => number;
  readonly capacityCores: () => number;
  /** Monotonic clock. */
  readonly nowMs: () => number;
}

export class LoadGovernor {
  readonly #deps: LoadGovernorDeps;
  readonly #plans = new Map<GovernedCamera, CameraPlan>();
  /** Cameras whose known cost has not calibrated the model yet. */
  readonly #unpriced = new Set<GovernedCamera>();
  /** Core-seconds that this host takes for work that took one on the host where the model was measured. */
  #hostFactor = 1;
  #isCalibrated = false;
  #prices = 0;
  readonly #capacity = new CapacityEstimator();
  #shortCores = 0;
  #ranAtMs: number;

  constructor(deps: LoadGovernorDeps) {
    this.#deps = deps;
    this.#ranAtMs = deps.nowMs();
  }

  /** Smallest frame share of any camera, 0 to 1. */
  get leastFrameShare(): number {
    return Math.min(1, ...[...this.#plans.values()].map(({ frameShare }) => frameShare));
  }

  /** Number of cameras shown at less than their full frame rate. */
  get reducedCameras(): number {
    return [...this.#plans.values()].filter(({ frameShare }) => frameShare < 1).length;
  }

  /** Cores that this process lacks to make all wanted frames; 0 while it lacks none. */
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

  /** Call about once a second. */
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
    this.#capacity.learn({
      duePictures: sum(done, ({ duePictures }) => duePictures),
      missedPictures: sum(done, ({ missedPictures }) => missedPictures),
      busyCores: sum(done, ({ busyUs }) => busyUs) / 1e6 / elapsedS,
      cpuCores,
      usableCores,
      doneCores: modelCores * this.#hostFactor,
      isReduced: this.#isReduced,
    });
    this.#share(usableCores * this.#capacity.share);
  }

  #calibrate(cpuCores: number, modelCores: number): void {
    // Under little load, the overhead of the process itself would be mistaken for the cameras' cost.
    if (modelCores < MIN_CALIBRATION_CORES) return;
    // Else the fewer frames are made, the dearer each would seem: sharing would move cameras for what this governor does.
    const workCores = cpuCores - OWN_CORES - this.#plans.size * OWN_CORES_PER_CAMERA;
    this.#hostFactor += (factorOf(workCores, modelCores) - this.#hostFactor) * SMOOTHING;
    this.#isCalibrated = true;
  }

  /**
   * Prices a camera by what it cost elsewhere, as long as there is too little load to measure. Otherwise this worker
   * would think its cameras cheaper than other workers do, and hold more than its share.
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

/** Measured on one core at 1080p: 4.3 ms to decode a picture, 6.5 ms to convert and encode it. */
const DECODE_CORES_PER_PIXEL = 2.1e-9;
/** Per pixel of the decoded picture, whatever the size of the JPEG: 8192x4320 to a width of 320 takes 10 to 14 ms. */
const SCALE_CORES_PER_PIXEL = 0.4e-9;
const ENCODE_CORES_PER_PIXEL = 2.7e-9;
/** Beside decoding and encoding: docs/scaling.md, prices t₀ and t₁. */
const OWN_CORES = 0.015;
const OWN_CORES_PER_CAMERA = 0.0029;
/** Bounds a wrong measurement: hosts more than 4 times slower or faster than the model's are not expected. */
const MAX_HOST_FACTOR = 4;
/** With less to do than this, the overhead of the process itself would dominate the measurement. */
const MIN_CALIBRATION_CORES = 0.05;
/** Weight of the newest second: a lasting change is learnt to 90 % in ten. */
const SMOOTHING = 0.2;
/** After a delayed timer two runs may come close together; the second would have too little to measure. */
const MIN_WINDOW_S = 0.2;
/** Leaves a twentieth to the event loop. */
const USABLE_CAPACITY = 0.95;
