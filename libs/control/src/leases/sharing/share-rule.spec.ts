import { randomOf } from '../../../test/random.ts';
import { evensOut, loadToTake, planHandOvers } from './share-rule.ts';
import { commonLevel, type WorkerLoad } from './worker-load.ts';

/** A worker with a capacity of 4. */
function worker(id: string, load: number, more: Partial<WorkerLoad> = {}): WorkerLoad {
  return { id, load, capacity: 4, cameras: 10, hasRoom: true, isLeaving: false, ...more };
}

describe('the common level', () => {
  it.each([
    { of: 'two workers', workers: [worker('a', 1), worker('b', 3)], level: 0.5 },
    { of: 'workers of different capacity', workers: [worker('a', 1), worker('b', 5, { capacity: 8 })], level: 0.5 },
    { of: 'one, and one that leaves', workers: [worker('a', 1), worker('b', 1, { isLeaving: true })], level: 0.5 },
    { of: 'two, with cameras that wait', workers: [worker('a', 1), worker('b', 3)], waitingLoad: 2, level: 0.75 },
    {
      of: 'two, beside one whose only camera is above it',
      workers: [worker('a', 1), worker('b', 3), worker('c', 4, { cameras: 1 })],
      level: 0.5,
    },
    {
      of: 'two, beside one below it that is full',
      workers: [worker('a', 1), worker('b', 3), worker('c', 0.1, { hasRoom: false })],
      level: 0.5,
    },
    {
      of: 'three thirds',
      workers: ['a', 'b', 'c'].map((id) => worker(id, 0.1, { capacity: 0.3, cameras: 1 })),
      level: 1 / 3,
    },
    {
      of: 'two cameras that cannot be divided',
      workers: ['a', 'b'].map((id) => worker(id, 3, { cameras: 1 })),
      level: 0.75,
    },
  ])('of $of is $level', ({ workers, waitingLoad = 0, level }) => {
    const [self, ...others] = workers as [WorkerLoad, ...WorkerLoad[]];
    expect(commonLevel({ self, others, waitingLoad })).toBeCloseTo(level, 9);
  });
});

describe('of cameras that wait, of 2 together, a worker', () => {
  const others = [worker('b', 2), worker('c', 3, { hasRoom: false })];

  it.each([
    { name: 'below the level takes what it lacks', self: worker('a', 1), taken: 1.5 },
    { name: 'above the level takes nothing', self: worker('a', 4.2), taken: -0.1 },
    {
      name: 'above the level takes an equal part of what others have left',
      self: worker('a', 4.2),
      leftOverLoad: 2,
      taken: 1,
    },
    { name: 'that is alone takes all', self: worker('a', 9), beside: [], taken: 2 },
  ])('$name: $taken', ({ self, taken, leftOverLoad = 0, beside = others }) => {
    expect(loadToTake({ self, others: beside, waitingLoad: 2 }, leftOverLoad)).toBeCloseTo(taken, 9);
  });
});

describe('a worker with a load of 3 offers', () => {
  const cameras = [
    { cameraId: 'small', cost: 0.1 },
    { cameraId: 'large', cost: 0.5 },
  ];

  it.each([
    {
      name: 'to one with less, no more than brings the two together',
      others: [worker('b', 2)],
      offered: ['large to b'],
    },
    { name: 'nothing to one that leaves', others: [worker('b', 2, { isLeaving: true })], offered: [] },
    { name: 'nothing to one without room', others: [worker('b', 2, { hasRoom: false })], offered: [] },
    {
      name: 'nothing above the level that all reach with what waits',
      waitingLoad: 1,
      others: [worker('b', 2)],
      offered: [],
    },
    { name: 'nothing where no camera would even out the two', others: [worker('b', 2.9)], offered: [] },
    {
      name: 'to one that was busy and leaves its share to those with room',
      others: [worker('b', 2), worker('c', 2, { hasRoom: false })],
      offered: ['large to b'],
    },
    {
      name: 'everything when it leaves',
      self: { isLeaving: true },
      others: [worker('b', 3.9), worker('c', 1, { hasRoom: false })],
      offered: ['large to b', 'small to b'],
    },
    {
      name: 'everything when it leaves, although all are above their capacity',
      self: { isLeaving: true },
      others: [worker('b', 9)],
      offered: ['large to b', 'small to b'],
    },
    {
      name: 'nothing when it leaves and nobody has room',
      self: { isLeaving: true },
      others: [worker('b', 1, { hasRoom: false })],
      offered: [],
    },
  ])('$name', ({ self = {}, waitingLoad = 0, others, offered }) => {
    const planned = planHandOvers({ self: worker('self', 3, self), others, waitingLoad }, cameras, 0.1, () => 0.5);
    expect(planned.map(({ cameraId, to }) => `${cameraId} to ${to}`)).toEqual(offered);
  });

  it('in such numbers that the offers of all donors come to what each receiver lacks', () => {
    const donors = Array.from({ length: 60 }, (_, index) => worker(`d${index}`, 3));
    const receivers = [worker('empty', 0), worker('half', 1.5), worker('near', 2.4)];
    const all = [...donors, ...receivers];
    const level = all.reduce((sum, { load }) => sum + load, 0) / (4 * all.length);
    const random = randomOf(7);
    const offered = new Map(receivers.map(({ id }) => [id, 0]));
    const rounds = 50;
    for (let round = 0; round < rounds; round++) {
      for (const self of donors) {
        const cameras = Array.from({ length: 30 }, (_, index) => ({ cameraId: `cam-${index}`, cost: 0.02 }));
        const situation = { self, others: all.filter(({ id }) => id !== self.id), waitingLoad: 0 };
        for (const { to, cost } of planHandOvers(situation, cameras, 0, random)) {
          offered.set(to, (offered.get(to) as number) + cost / rounds);
        }
      }
    }
    for (const { id, load, capacity } of receivers) {
      const lack = level * capacity - load;
      const share = (offered.get(id) as number) / lack;
      expect(share).toBeGreaterThan(0.9);
      expect(share).toBeLessThan(1.2);
    }
  });
});

describe('a camera evens out two workers', () => {
  it.each([
    { of: 'that differ by more than it', donor: worker('a', 3), receiver: worker('b', 2), cost: 0.8, is: true },
    { of: 'that differ by less, not', donor: worker('a', 3), receiver: worker('b', 2), cost: 1.1, is: false },
    { of: 'that differ by hardly more, not', donor: worker('a', 3), receiver: worker('b', 2), cost: 0.95, is: false },
    {
      of: 'of which the one with more load is the larger one, not',
      donor: worker('a', 3, { capacity: 8 }),
      receiver: worker('b', 2),
      cost: 0.1,
      is: false,
    },
  ])('$of', ({ donor, receiver, cost, is }) => {
    expect(evensOut(donor, receiver, cost, 0.1)).toBe(is);
  });
});
