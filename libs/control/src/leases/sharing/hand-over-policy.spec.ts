import { HandOverPolicy } from './hand-over-policy.ts';
import type { WorkerLoad } from './lease-load.ts';

const policy = new HandOverPolicy();

/** Of 4 cores. */
function worker(id: string, loadCores: number, more: Partial<WorkerLoad> = {}): WorkerLoad {
  return { id, loadCores, capacityCores: 4, cameras: 10, hasRoom: true, isLeaving: false, ...more };
}

describe('a camera of 0.2 cores offered by a worker with 3.6', () => {
  it.each([
    { receiver: 'misses half of it', selfCores: 2.9, others: [2.5, 3], isAccepted: true },
    {
      receiver: 'would be above the level, and another has less',
      selfCores: 3,
      others: [2.5, 2.9],
      isAccepted: false,
    },
    {
      receiver: 'would be above the level, and nobody has much less',
      selfCores: 3,
      others: [2.9, 3],
      isAccepted: true,
    },
    { receiver: 'is all but as loaded itself', selfCores: 3.4, others: [3.4, 3.4], isAccepted: false },
  ])('is accepted ($isAccepted) by one with $selfCores, which $receiver', ({ selfCores, others, isAccepted }) => {
    const donor = worker('donor', 3.6);
    const situation = {
      self: worker('self', selfCores),
      others: [donor, ...others.map((loadCores, index) => worker(`other-${index}`, loadCores))],
      waitingCores: 0,
    };
    expect(policy.accepts(situation, { cameraId: 'yard', costCores: 0.2, donor })).toBe(isAccepted);
  });

  it('is accepted from a worker that leaves, whatever the loads, unless there is no room', () => {
    const donor = worker('donor', 1, { isLeaving: true });
    const offer = { cameraId: 'yard', costCores: 0.2, donor };
    const accepts = (self: WorkerLoad) => policy.accepts({ self, others: [donor], waitingCores: 0 }, offer);
    expect(accepts(worker('self', 3.9))).toBe(true);
    expect(accepts(worker('self', 0, { hasRoom: false }))).toBe(false);
    expect(accepts(worker('self', 0, { isLeaving: true }))).toBe(false);
  });
});

describe('a worker with 3 cores hands over', () => {
  const cameras = [
    { cameraId: 'small', costCores: 0.1 },
    { cameraId: 'large', costCores: 0.5 },
  ];
  const planned = (waitingCores: number, ...others: WorkerLoad[]) =>
    policy
      .plan({ self: worker('self', 3), others, waitingCores }, cameras)
      .map(({ cameraId, to }) => `${cameraId} to ${to}`);

  it.each([
    { situation: 'to one with less', others: [worker('b', 2)], expected: ['large to b'] },
    { situation: 'nothing to one that leaves', others: [worker('b', 2, { isLeaving: true })], expected: [] },
    { situation: 'nothing to one without room', others: [worker('b', 2, { hasRoom: false })], expected: [] },
    {
      situation: 'nothing while cameras wait that bring the others there',
      waitingCores: 1,
      others: [worker('b', 2)],
      expected: [],
    },
    {
      situation: 'its part of what is missing, leaving the most of it to one with more',
      others: [worker('a', 3.1), worker('b', 2.85), worker('c', 2.8), worker('d', 3), worker('e', 3)],
      expected: ['small to b'],
    },
  ])('$situation', ({ waitingCores = 0, others, expected }) => {
    expect(planned(waitingCores, ...others)).toEqual(expected);
  });
});

it.each([
  { chance: 0, to: 'b' },
  { chance: 0.99, to: 'd' },
])(
  'what was refused goes to any worker that misses at least half of it, by chance $chance to $to',
  ({ chance, to }) => {
    const others = [worker('a', 3), worker('b', 2.5), worker('c', 2.79), worker('d', 2.6)];
    const situation = { self: worker('self', 3.11), others, waitingCores: 0 };
    const cameras = [{ cameraId: 'yard', costCores: 0.2 }];
    expect(policy.planElsewhere(situation, cameras, () => chance)).toEqual({ cameraId: 'yard', costCores: 0.2, to });
  },
);

it('what was refused stays where nobody misses half of it', () => {
  const situation = { self: worker('self', 3), others: [worker('a', 2.9), worker('b', 2.9)], waitingCores: 0 };
  expect(policy.planElsewhere(situation, [{ cameraId: 'yard', costCores: 0.2 }], () => 0)).toBeUndefined();
});
