/** Decides what to decode and show of a camera with the cores it gets. No I/O. */

/** Cost of decoding a camera and encoding what is wanted of it. */
export interface Cost {
  readonly decodeCores: number;
  readonly encodeCores: number;
}

export interface CameraCost {
  /** Cost of showing everything that is wanted. */
  readonly full: Cost;
  /** Cost of decoding and showing keyframes only; undefined while the keyframe interval is unknown. */
  readonly keyframes: (Cost & { readonly perSecond: number }) | undefined;
}

export interface CameraPlan {
  readonly decodes: 'all' | 'keyframes';
  /** Share of the decoded pictures (`all`) or of the keyframes (`keyframes`) that is shown, 0 to 1. */
  readonly share: number;
  /** Share of all wanted pictures that is shown, 0 to 1. */
  readonly frameShare: number;
}

export const FULL_PLAN: CameraPlan = { decodes: 'all', share: 1, frameShare: 1 };

/** Cores the camera asks for: never more than it could use, since one thread decodes it. */
export function demandCores({ full, keyframes }: CameraCost): number {
  if (full.decodeCores <= MAX_DECODE_CORES || keyframes === undefined) return totalOf(full);
  return Math.min(totalOf(full), totalOf(keyframes));
}

/**
 * Saves on encoding first. If decoding alone costs too much, or leaves little to encode with, only keyframes are
 * decoded, as many as the cores allow: whichever of the two shows more.
 * @param before the current plan: a switch between the two must be worth it, as it costs up to a keyframe interval
 * without a picture
 */
export function planFor(cost: CameraCost, cores: number, before: CameraPlan): CameraPlan {
  const { full, keyframes } = cost;
  const isDecodable = full.decodeCores <= MAX_DECODE_CORES || keyframes === undefined;
  if (isDecodable && totalOf(full) <= cores) return FULL_PLAN;

  const affordable = (cores - full.decodeCores) / full.encodeCores;
  const all = isDecodable && affordable > 0 ? planOf('all', Math.min(1, affordable), 1) : undefined;
  if (keyframes === undefined) return all ?? planOf('all', MIN_FRAME_SHARE, 1);

  const ofWanted = full.encodeCores === 0 ? 1 : Math.min(1, keyframes.encodeCores / full.encodeCores);
  const least = Math.min(1, MIN_PICTURES_PER_S / keyframes.perSecond);
  const some = planOf('keyframes', Math.max(least, Math.min(1, cores / totalOf(keyframes))), ofWanted);
  if (all === undefined) return some;
  const bonus = before.decodes === 'all' ? STAY : 1 / STAY;
  return all.frameShare * bonus >= some.frameShare ? all : some;
}

/** Whether the plan differs enough to be applied: measurements vary a little every second. */
export function isNews(plan: CameraPlan, before: CameraPlan): boolean {
  if (plan.decodes !== before.decodes || (plan.share === 1) !== (before.share === 1)) return true;
  return Math.abs(plan.share - before.share) >= Math.min(MAX_HYSTERESIS, before.share * HYSTERESIS);
}

function planOf(decodes: CameraPlan['decodes'], share: number, ofWanted: number): CameraPlan {
  return { decodes, share, frameShare: share * ofWanted };
}

function totalOf({ decodeCores, encodeCores }: Cost): number {
  return decodeCores + encodeCores;
}

/**
 * One thread decodes a camera, because frame threads would hold pictures back. At the model's 2.1 ns a pixel it manages
 * about 430 million pixels a second, 4K at 50 frames/s. No host, however large, can decode more of one camera.
 */
const MAX_DECODE_CORES = 0.9;
/** Share for cameras whose keyframe interval is unknown: a few pictures, however scarce the cores. */
const MIN_FRAME_SHARE = 0.1;
/** The same for cameras shown by keyframes: one in five seconds. */
const MIN_PICTURES_PER_S = 0.2;
/** A switch between all pictures and keyframes must show this many times more. */
const STAY = 1.5;
/** A new plan is applied once the share has changed by a tenth of itself, or by 0.05 if that is less. */
const HYSTERESIS = 0.1;
const MAX_HYSTERESIS = 0.05;
