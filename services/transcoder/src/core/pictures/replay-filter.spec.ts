import { ReplayFilter } from './replay-filter.ts';

/** One letter per picture, 40 ms apart: its content. A `|` before it starts a new session, a digit a new epoch. */
function shown(pictures: string): string {
  const filter = new ReplayFilter();
  let epoch = 0;
  let discontinuity = false;
  let result = '';
  let arrivalTimeUs = 0;
  for (const letter of pictures) {
    if (letter === '|') discontinuity = true;
    else if (/\d/.test(letter)) epoch = Number(letter);
    else {
      arrivalTimeUs += 40_000;
      if (!filter.isReplay({ epoch, discontinuity, arrivalTimeUs, data: Buffer.from(letter.repeat(40)) }))
        result += letter;
      discontinuity = false;
    }
  }
  return result;
}

it.each([
  { name: 'one session', pictures: '1abcd', expected: 'abcd' },
  { name: 'a new session that begins anew', pictures: '1abc2def', expected: 'abcdef' },
  {
    name: 'a new session that begins with the last keyframe (many cameras)',
    pictures: '1abcd2abcdef',
    expected: 'abcdef',
  },
  { name: 'one that begins in the middle', pictures: '1abcd2cdef', expected: 'abcdef' },
  { name: 'a reconnect within the epoch', pictures: '1abc|abcd', expected: 'abcd' },
  { name: 'a still scene in one session', pictures: '1aaaa', expected: 'aaaa' },
  { name: 'a still scene after a new session', pictures: '1ab2bcbc', expected: 'abcbc' },
  {
    name: 'a clip that is played again and again, after a reconnect',
    pictures: '1abcdefghijklmnopqrst|abcdefghijklmnopqrst',
    expected: 'abcdefghijklmnopqrstnopqrst',
  },
])('$name', ({ pictures, expected }) => {
  expect(shown(pictures)).toBe(expected);
});
