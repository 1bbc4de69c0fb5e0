import { jest } from '@jest/globals';
import { BurstReporter } from './burst-reporter.ts';

describe('BurstReporter', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('tells the first at once, then one sum a second for as long as the storm lasts', () => {
    const reported: number[] = [];
    const reporter = new BurstReporter({ report: (count) => reported.push(count) });
    reporter.add();
    expect(reported).toEqual([1]);
    for (let i = 0; i < 500; i++) reporter.add(2);
    expect(reported).toEqual([1]);
    jest.advanceTimersByTime(1000);
    expect(reported).toEqual([1, 1000]);
    reporter.add(3);
    jest.advanceTimersByTime(1000);
    expect(reported).toEqual([1, 1000, 3]);
    jest.advanceTimersByTime(1000);
    reporter.add();
    expect(reported).toEqual([1, 1000, 3, 1]);
  });

  it('tells the rest when it is closed, and nothing of nothing', () => {
    const reported: number[] = [];
    const reporter = new BurstReporter({ report: (count) => reported.push(count) });
    reporter.add(0);
    reporter.add(1);
    reporter.add(4);
    reporter.close();
    reporter.close();
    expect(reported).toEqual([1, 4]);
    expect(jest.getTimerCount()).toBe(0);
  });
});
