import { AgeHistory } from './age-history.ts';

describe('AgeHistory', () => {
  it('has a place for every half second of a minute, empty at first', () => {
    const ages = new AgeHistory().oldestFirst();
    expect(ages).toHaveLength(120);
    expect(ages.every(Number.isNaN)).toBe(true);
  });

  it('puts the newest last', () => {
    const history = new AgeHistory();
    history.add(40);
    history.add(undefined);
    history.add(50);
    expect([...history.oldestFirst().slice(116)]).toEqual([Number.NaN, 40, Number.NaN, 50]);
  });

  it('forgets what is older than a minute', () => {
    const history = new AgeHistory();
    for (let ageMs = 1; ageMs <= 200; ageMs++) history.add(ageMs);
    const ages = history.oldestFirst();
    expect([ages[0], ages[119]]).toEqual([81, 200]);
  });
});
