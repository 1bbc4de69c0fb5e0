/**
 * Turns pixels into cores, and keeps the process within the cores it has: when the cameras ask for more, each is shown at the
 * same share of its frame rate. Latency and cameras are never what is saved on.
 *
 * A model says what the pictures should take, what they took corrects it. How much may be taken is the capacity, corrected by what
 * came of it: less where pictures got late although there should have been cores, as on a host that others use too.
 */
import type { Work, WorkDone } from './camera-work.ts';
import { ProcessorTrust } from './processor-trust.ts';

export interface GovernedCamera {
  /** What it takes at full frame rate, as its last holder measured; undefined when nobody has. */
  readonly knownCores: number | undefined;
  /** Done since this was last asked. */
  takeWork(): WorkDone;
  /** Per second, at full frame rate. */
  demand(): Work;
  setFrameShare(share: number): void;
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
  readonly #cameras = new Set<GovernedCamera>();
  /** Those whose known cost has not been laid beside the model's yet. */
  readonly #unpriced = new Set<GovernedCamera>();
  /** What this host takes for work that takes the host of the model one core-second. */
  #hostFactor = 1;
  #isCalibrated = false;
  #prices = 0;
  readonly #trust = new ProcessorTrust();
  #frameShare = 1;
  #shortCores = 0;
  #ranAtMs: number;

  constructor(deps: LoadGovernorDeps) {
    this.#deps = deps;
    this.#ranAtMs = deps.nowMs();
  }

  /** Share of the wanted frames that are made, 0 to 1. */
  get frameShare(): number {
    return this.#frameShare;
  }

  /** What this process lacks to make all of them; 0 while nothing is missing. */
  get shortCores(): number {
    return this.#frameShare === 1 ? 0 : this.#shortCores;
  }

  add(camera: GovernedCamera): void {
    this.#cameras.add(camera);
    if (camera.knownCores !== undefined) this.#unpriced.add(camera);
    camera.setFrameShare(this.#frameShare);
  }

  delete(camera: GovernedCamera): void {
    this.#cameras.delete(camera);
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
    const done = [...this.#cameras].map((camera) => camera.takeWork());
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
      isReduced: this.#frameShare < 1,
    });
    let decodeCores = 0;
    let encodeCores = 0;
    for (const camera of this.#cameras) {
      const { decodedPixels, encodedPixels } = camera.demand();
      const decode = decodedPixels * DECODE_CORES_PER_PIXEL * this.#hostFactor;
      const encode = encodedPixels * ENCODE_CORES_PER_PIXEL * this.#hostFactor;
      camera.reportCost(decode + encode);
      decodeCores += decode;
      encodeCores += encode;
    }
    this.#govern(usableCores * this.#trust.share - decodeCores, encodeCores);
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
    const modelCores = modelCoresOf(camera.demand());
    if (modelCores === 0 || camera.knownCores === undefined) return;
    this.#unpriced.delete(camera);
    this.#prices++;
    this.#hostFactor += (factorOf(camera.knownCores, modelCores) - this.#hostFactor) / this.#prices;
  }

  get #hysteresis(): number {
    return Math.min(MAX_HYSTERESIS, this.#frameShare * HYSTERESIS);
  }

  /** Pictures have to be decoded to show any: what can be left out is encoding. */
  #govern(availableCores: number, encodeCores: number): void {
    this.#shortCores = Math.max(0, encodeCores - availableCores);
    const share = encodeCores <= availableCores ? 1 : Math.max(MIN_FRAME_SHARE, availableCores / encodeCores);
    if (share < 1 && Math.abs(share - this.#frameShare) < this.#hysteresis) return;
    this.#frameShare = share;
    for (const camera of this.#cameras) camera.setFrameShare(share);
  }
}

function factorOf(takenCores: number, modelCores: number): number {
  return Math.min(MAX_HOST_FACTOR, Math.max(1 / MAX_HOST_FACTOR, takenCores / modelCores));
}

function modelCoresOf({ decodedPixels, encodedPixels }: Work): number {
  return decodedPixels * DECODE_CORES_PER_PIXEL + encodedPixels * ENCODE_CORES_PER_PIXEL;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

/** Measured at 1080p: 4.3 ms to decode a picture, 6.5 ms to convert and encode it, on one core. */
const DECODE_CORES_PER_PIXEL = 2.1e-9;
const ENCODE_CORES_PER_PIXEL = 3.1e-9;
const MAX_HOST_FACTOR = 4;
const MIN_CALIBRATION_CORES = 0.05;
const SMOOTHING = 0.2;
const MIN_WINDOW_S = 0.2;
/** The event loop has to get through, too. */
const USABLE_CAPACITY = 0.95;
/** A picture now and then, whatever happens. */
const MIN_FRAME_SHARE = 0.1;
const HYSTERESIS = 0.1;
const MAX_HYSTERESIS = 0.05;
