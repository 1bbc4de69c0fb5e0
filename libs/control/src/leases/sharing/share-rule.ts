/**
 * The rule that shares out cameras, as pure functions.
 *
 * A worker below the common level takes waiting cameras. A worker above it offers each surplus camera to one worker below it, drawn at random and
 * weighted by what each lacks. So the offers of all donors add up to what each receiver lacks, although no worker knows what the others do. A
 * receiver accepts if its current load says that the move evens out the two. A refused camera waits for the donor's next reading.
 */
import { type Balance, commonLevel, type Situation, takesCameras } from './worker-load.ts';

export interface CameraCost {
  readonly cameraId: string;
  readonly cost: number;
}

export interface PlannedHandOver extends CameraCost {
  /** Instance id of the receiver. */
  readonly to: string;
}

/**
 * Waiting load that this worker should take: what it lacks, or its part, by capacity, of what those who lack more have left over. 0 or less to
 * take nothing.
 * @param leftOverLoad cost of the cameras that every worker has had its turn to take
 */
export function loadToTake({ self, others, waitingLoad }: Situation, leftOverLoad: number): number {
  const takers = others.filter(takesCameras);
  const lack = commonLevel({ self, others: takers, waitingLoad }) * self.capacity - self.load;
  const capacity = takers.reduce((sum, taker) => sum + taker.capacity, self.capacity);
  return leftOverLoad === 0 ? lack : Math.max(lack, (leftOverLoad * self.capacity) / capacity);
}

/**
 * Cameras that this worker should offer now: all if it is leaving, otherwise as many as bring it nearer to the level. The first need only even out
 * the two workers: even if all are within half a camera of the level, a smaller camera may still do that.
 * @param movable cameras of this worker that can be moved
 * @param noise least gain of a move, as a fraction of the camera's cost; measurement noise must not move it back and forth
 * @param random from 0 to below 1
 */
export function planHandOvers(
  situation: Situation,
  movable: readonly CameraCost[],
  noise: number,
  random: () => number,
): readonly PlannedHandOver[] {
  const { self, others } = situation;
  const level = commonLevel(situation);
  let receivers = others
    .filter(takesCameras)
    .map(({ id, load, capacity }) => ({ id, load, capacity, lack: level * capacity - load }))
    .filter(({ lack }) => lack > 0);
  const left = new Set(movable);
  const planned: PlannedHandOver[] = [];
  let { load } = self;
  let surplus = self.isLeaving ? load : load - level * self.capacity;
  while (surplus > 0 && receivers.length > 0 && left.size > 0) {
    const receiver = drawByLack(receivers, random);
    const fits = ({ cost }: CameraCost) => {
      if (self.isLeaving) return true;
      const isNearer = planned.length === 0 || cost < 2 * surplus;
      return isNearer && evensOut({ load, capacity: self.capacity }, receiver, cost, noise);
    };
    const camera = closestInCost([...left].filter(fits), Math.min(surplus, receiver.lack));
    if (camera === undefined) {
      receivers = receivers.filter((other) => other !== receiver);
      continue;
    }
    left.delete(camera);
    planned.push({ ...camera, to: receiver.id });
    load -= camera.cost;
    surplus -= camera.cost;
    receiver.load += camera.cost;
    receiver.lack -= camera.cost;
    if (receiver.lack <= 0) receivers = receivers.filter((other) => other !== receiver);
  }
  return planned;
}

/** Whether moving the camera brings the two workers closer by more than noise. For equal capacities: if they differ by more than its cost plus noise. */
export function evensOut(donor: Balance, receiver: Balance, cost: number, noise: number): boolean {
  const before = (donor.load - cost / 2) / donor.capacity;
  const after = (receiver.load + cost / 2) / receiver.capacity;
  return before - after > (noise * cost) / Math.max(donor.capacity, receiver.capacity);
}

function drawByLack<T extends { readonly lack: number }>(receivers: readonly T[], random: () => number): T {
  let point = random() * receivers.reduce((sum, { lack }) => sum + lack, 0);
  const drawn = receivers.find(({ lack }) => {
    point -= lack;
    return point < 0;
  });
  return drawn ?? (receivers[0] as T);
}

function closestInCost(cameras: readonly CameraCost[], cost: number): CameraCost | undefined {
  const distance = (camera: CameraCost) => Math.abs(camera.cost - cost);
  return cameras.reduce<CameraCost | undefined>(
    (best, camera) => (best === undefined || distance(camera) < distance(best) ? camera : best),
    undefined,
  );
}
