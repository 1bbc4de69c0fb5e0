import { type CameraCost, demandCores, FULL_PLAN, isNews, planFor } from './camera-plan.ts';

/** 1080p at 30 frames/s with a keyframe a second. */
const hd: CameraCost = {
  full: { decodeCores: 0.13, encodeCores: 0.19 },
  keyframes: { decodeCores: 0.0043, encodeCores: 0.0063, perSecond: 1 },
};
/** 8192x4320 at 30 frames/s, every picture a keyframe, shown small. */
const huge: CameraCost = {
  full: { decodeCores: 2.2, encodeCores: 0.44 },
  keyframes: { decodeCores: 2.2, encodeCores: 0.44, perSecond: 30 },
};

describe('planFor', () => {
  it.each([
    { name: 'enough', cost: hd, cores: 0.32, expected: { decodes: 'all', share: 1, frameShare: 1 } },
    {
      name: 'encoding is left out first',
      cost: hd,
      cores: 0.225,
      expected: { decodes: 'all', share: 0.5, frameShare: 0.5 },
    },
    {
      name: 'too little to decode it: its keyframes',
      cost: hd,
      cores: 0.12,
      expected: { decodes: 'keyframes', share: 1, frameShare: 0.0063 / 0.19 },
    },
    {
      name: 'too little even for all keyframes: some of them',
      cost: hd,
      cores: 0.0053,
      expected: { decodes: 'keyframes', share: 0.5, frameShare: (0.5 * 0.0063) / 0.19 },
    },
    {
      name: 'nothing left: a keyframe in five seconds',
      cost: hd,
      cores: 0,
      expected: { decodes: 'keyframes', share: 0.2, frameShare: (0.2 * 0.0063) / 0.19 },
    },
    {
      name: 'more than one thread can decode, on a host with cores to spare: as many keyframes as there are cores for',
      cost: huge,
      cores: 1.32,
      expected: { decodes: 'keyframes', share: 0.5, frameShare: 0.5 },
    },
    {
      name: 'no keyframe interval known, and too little to decode: a tenth',
      cost: { ...hd, keyframes: undefined },
      cores: 0.1,
      expected: { decodes: 'all', share: 0.1, frameShare: 0.1 },
    },
  ] as const)('$name', ({ cost, cores, expected }) => {
    const { decodes, share, frameShare } = planFor(cost, cores, FULL_PLAN);
    expect(decodes).toBe(expected.decodes);
    expect(share).toBeCloseTo(expected.share, 9);
    expect(frameShare).toBeCloseTo(expected.frameShare, 9);
  });

  it('does not go to and fro between keyframes and all pictures for a small gain', () => {
    const keyframes = planFor(hd, 0.12, FULL_PLAN);
    const barelyMore = 0.13 + 0.0063 * 1.2;
    expect(planFor(hd, barelyMore, keyframes).decodes).toBe('keyframes');
    expect(planFor(hd, barelyMore, FULL_PLAN).decodes).toBe('all');
    expect(planFor(hd, 0.16, keyframes).decodes).toBe('all');
  });
});

it('asks for no more than one thread can use', () => {
  expect(demandCores(hd)).toBeCloseTo(0.32, 9);
  const manyPixels = { ...huge, keyframes: { decodeCores: 0.1, encodeCores: 0.02, perSecond: 1 } };
  expect(demandCores(manyPixels)).toBeCloseTo(0.12, 9);
});

it('takes a small difference for no news, but what is shown in full again, or only keyframes, always', () => {
  const half = planFor(hd, 0.225, FULL_PLAN);
  expect(isNews(planFor(hd, 0.227, FULL_PLAN), half)).toBe(false);
  expect(isNews(planFor(hd, 0.24, FULL_PLAN), half)).toBe(true);
  expect(isNews(FULL_PLAN, planFor(hd, 0.3199, FULL_PLAN))).toBe(true);
  expect(isNews(planFor(hd, 0.12, FULL_PLAN), half)).toBe(true);
});
