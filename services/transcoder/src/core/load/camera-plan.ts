/** What is decoded and shown of a camera with the cores it gets. Pure. */

/** What it takes to decode a camera and to encode what is wanted of it, in cores. */
export interface Cost {
  readonly decodeCores: number;
  readonly encodeCores: number;
}

export interface CameraCost {
  /** To show all that is wanted. */
  readonly full: Cost;
  /** To decode and show keyframes only; undefined while nobody knows how far apart they are. */
  readonly keyframes: (Cost & { readonly perSecond: number }) | undefined;
}

export interface CameraPlan {
  readonly decodes: 'all' | 'keyframes';
  /** Of what is decoded with `all`, and of the keyframes with `keyframes`: the share that is shown, 0 to 1. */
  readonly share: number;
  /** Of all the pictures that are wanted, the share that is shown, 0 to 1. */
  readonly frameShare: number;
}

export const FULL_PLAN: CameraPlan = { decodes: 'all', share: 1, frameShare: 1 };

/** What the camera asks for: no more than it could use, as it is decoded by one thread. */
export function demandCores({ full, keyframes }: CameraCost): number {
  if (full.decodeCores <= MAX_DECODE_CORES || keyframes === undefined) return totalOf(full);
  return Math.min(totalOf(full), totalOf(keyframes));
}

/**
 * Leaves out encoding first. Where even decoding is too much, or would leave little to show, only keyframes are decoded, and of those as many
 * as there are cores for: whichever shows more.
 * @param before the plan so far: a change of kind has to be worth it, as it costs up to a keyframe interval without a picture
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

/** Whether the difference is worth telling anybody: what is measured every second is never quite the same. */
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
 * One thread decodes a camera, as threads would hold pictures back: at the model's 2.1 ns a pixel about 430 million pixels a second, 4K at 50
 * frames/s. No host is so large that more of one camera could be decoded.
 */
const MAX_DECODE_CORES = 0.9;
/** For cameras whose keyframe interval is not known: a picture now and then, whatever happens. */
const MIN_FRAME_SHARE = 0.1;
/** The same for keyframes: one in five seconds. */
const MIN_PICTURES_PER_S = 0.2;
/** So much more a change between all pictures and keyframes has to bring. */
const STAY = 1.5;
const HYSTERESIS = 0.1;
const MAX_HYSTERESIS = 0.05;
