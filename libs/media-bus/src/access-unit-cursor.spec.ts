import { accessUnit, spell } from '../test/access-units.ts';
import { AccessUnitCursor } from './access-unit-cursor.ts';

describe('AccessUnitCursor', () => {
  it.each([
    {
      name: 'joins at the keyframe',
      from: 'keyframe',
      batches: ['K1.0 p1.1', 'p1.2'],
      delivered: ['K1.0 p1.1', 'p1.2'],
    },
    { name: 'waits for a keyframe', from: 'keyframe', batches: ['p1.3', 'p1.4 K1.5'], delivered: ['', 'K1.5'] },
    { name: 'joins live between keyframes', from: 'live', batches: ['p1.3', 'p1.4'], delivered: ['p1.3', 'p1.4'] },
    {
      name: 'hands over all that was missed',
      from: 'keyframe',
      batches: ['K1.0', 'p1.1 K1.2 p1.3 K1.4'],
      delivered: ['K1.0', 'p1.1 K1.2 p1.3 K1.4'],
    },
    {
      name: 'jumps to the newest keyframe when entries were trimmed beneath it',
      from: 'keyframe',
      batches: ['K1.0 p1.1', 'p1.9 K1.10 p1.11 K1.12 p1.13'],
      delivered: ['K1.0 p1.1', '!K1.12 p1.13'],
    },
    {
      name: 'waits for the next keyframe when the gap is not followed by one',
      from: 'live',
      batches: ['p1.1', 'p1.2 p1.5', 'p1.6', 'K1.7'],
      delivered: ['p1.1', 'p1.2', '', '!K1.7'],
    },
    {
      name: 'goes over to a new epoch',
      from: 'keyframe',
      batches: ['K1.0', 'p1.1 K2.0 p2.1'],
      delivered: ['K1.0', 'p1.1 !K2.0 p2.1'],
    },
    {
      name: 'finds a second gap in one batch',
      from: 'keyframe',
      batches: ['K1.0', 'K1.5 p1.6 p1.8', 'p1.9 K1.10'],
      delivered: ['K1.0', '!K1.5 p1.6', '!K1.10'],
    },
  ] as const)('$name', ({ from, batches, delivered }) => {
    const cursor = new AccessUnitCursor(from);
    const actual = batches.map((batch) => cursor.accept(batch.split(' ').map(accessUnit)).map(spell).join(' '));
    expect(actual).toEqual(delivered);
  });
});
