import { type Fence, isLater, isNext } from './fence.ts';

const at = (epoch: number, sequence: number): Fence => ({ epoch, sequence });

it.each([
  { name: 'the next of an epoch', one: at(5, 8), other: at(5, 7), later: true, next: true },
  { name: 'one after a gap', one: at(5, 9), other: at(5, 7), later: true, next: false },
  { name: 'itself', one: at(5, 7), other: at(5, 7), later: false, next: false },
  { name: 'an earlier one', one: at(5, 6), other: at(5, 7), later: false, next: false },
  { name: 'the first of a higher epoch', one: at(6, 0), other: at(5, 7), later: true, next: false },
  { name: 'a late one of a lower epoch', one: at(4, 9_000), other: at(5, 7), later: false, next: false },
])('$name', ({ one, other, later, next }) => {
  expect(isLater(one, other)).toBe(later);
  expect(isNext(one, other)).toBe(next);
});
