import { accessUnit } from '../../../test/test-video.ts';
import { AccessUnitQueue } from './access-unit-queue.ts';

const limits = { maxAccessUnits: 6, maxBytes: 1_000 };

/** `K` is a keyframe, `p` another access unit; each has 100 bytes. */
const units = (gop: string, from = 0) =>
  [...gop].map((letter, index) =>
    accessUnit({ sequence: from + index, isKeyframe: letter === 'K', data: Buffer.alloc(100) }),
  );

function drain(queue: AccessUnitQueue): number[] {
  const sequences: number[] = [];
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) sequences.push(item.sequence);
  return sequences;
}

describe('AccessUnitQueue', () => {
  it.each([
    { name: 'all while there is room', gop: 'KppKpp', dropped: 0, left: [0, 1, 2, 3, 4, 5] },
    { name: 'from the newest keyframe on, of too many', gop: 'KppKppp', dropped: 3, left: [3, 4, 5, 6] },
    { name: 'the newest of several keyframes', gop: 'KKKKKKKK', dropped: 7, left: [7] },
    { name: 'nothing of a GOP that is too long', gop: 'Kpppppp', dropped: 7, left: [] },
    { name: 'nothing without a keyframe', gop: 'ppppppp', dropped: 7, left: [] },
  ])('keeps $name', ({ gop, dropped, left }) => {
    const queue = new AccessUnitQueue(limits);
    expect(queue.push(units(gop))).toBe(dropped);
    expect(drain(queue)).toEqual(left);
    expect(queue.bytes).toBe(0);
  });

  it('is bounded in bytes too', () => {
    const queue = new AccessUnitQueue({ maxAccessUnits: 100, maxBytes: 450 });
    expect(queue.push(units('Kpp'))).toBe(0);
    expect(queue.push(units('Kp', 3))).toBe(3);
    expect(queue.bytes).toBe(200);
  });

  it('skips to the newest keyframe, and stays where there is none', () => {
    const queue = new AccessUnitQueue(limits);
    queue.push(units('ppKpp'));
    expect([queue.hasKeyframe, queue.skipToNewestKeyframe(), queue.skipToNewestKeyframe()]).toEqual([true, 2, 0]);
    queue.shift();
    expect([queue.hasKeyframe, queue.skipToNewestKeyframe()]).toEqual([false, 0]);
    expect(drain(queue)).toEqual([3, 4]);
  });

  it('takes items back in front', () => {
    const queue = new AccessUnitQueue(limits);
    queue.push(units('Kppp'));
    const taken = [queue.shift(), queue.shift()].flatMap((item) => item ?? []);
    queue.unshift(taken);
    expect(queue.bytes).toBe(400);
    expect(drain(queue)).toEqual([0, 1, 2, 3]);
  });
});
