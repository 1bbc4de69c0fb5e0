/**
 * Turns pixels into cores, and keeps the process within the cores it has: when the cameras ask for more, each is shown at the
 * same share of its frame rate. Latency and cameras are never what is saved on.
 */
import type { Work } from './camera-work.ts';

export interface GovernedCamera {
  /** Done since this was last asked. */
  takeWork(): Work;
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
  /** What this host takes for work that takes the host of the model one core-second. */
  #hostFactor = 1;
  #frameShare = 1;
  #ranAtMs: number;

  constructor(deps: LoadGovernorDeps) {
    this.#deps = deps;
    this.#ranAtMs = deps.nowMs();
  }

  /** Share of the wanted frames that are made, 0 to 1. */
  get frameShare(): number {
    return this.#frameShare;
  }

  add(camera: GovernedCamera): void {
    this.#cameras.add(camera);
    camera.setFrameShare(this.#frameShare);
  }

  delete(camera: GovernedCamera): void {
    this.#cameras.delete(camera);
  }

  /** To be called about once a second. */
  run(): void {
    const nowMs = this.#deps.nowMs();
    const elapsedS = (nowMs - this.#ranAtMs) / 1000;
    if (elapsedS < MIN_WINDOW_S) return;
    this.#ranAtMs = nowMs;
    this.#calibrate(elapsedS);
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
    this.#govern(decodeCores, encodeCores);
  }

  #calibrate(elapsedS: number): void {
    const cpuCores = this.#deps.cpuCores();
    let modelCores = 0;
    for (const camera of this.#cameras) {
      const { decodedPixels, encodedPixels } = camera.takeWork();
      modelCores += (decodedPixels * DECODE_CORES_PER_PIXEL + encodedPixels * ENCODE_CORES_PER_PIXEL) / elapsedS;
    }
    // With little to do, what the process takes for itself would pass for the cameras' cost.
    if (modelCores < MIN_CALIBRATION_CORES) return;
    const factor = Math.min(MAX_HOST_FACTOR, Math.max(1 / MAX_HOST_FACTOR, cpuCores / modelCores));
    this.#hostFactor += (factor - this.#hostFactor) * SMOOTHING;
  }

  /** Pictures have to be decoded to show any: what can be left out is encoding. */
  #govern(decodeCores: number, encodeCores: number): void {
    const availableCores = this.#deps.capacityCores() * USABLE_CAPACITY - decodeCores;
    const share = encodeCores <= availableCores ? 1 : Math.max(MIN_FRAME_SHARE, availableCores / encodeCores);
    if (share < 1 && Math.abs(share - this.#frameShare) < SHARE_HYSTERESIS) return;
    this.#frameShare = share;
    for (const camera of this.#cameras) camera.setFrameShare(share);
  }
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
const MIN_FRAME_SHARE = 0.05;
const SHARE_HYSTERESIS = 0.05;
