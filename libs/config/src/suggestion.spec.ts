import { nearest } from './suggestion.ts';

describe('nearest', () => {
  it.each([
    { word: 'prot', nearestWord: 'port' },
    { word: 'qualty', nearestWord: 'quality' },
    { word: 'Quality', nearestWord: 'quality' },
    { word: 'framerates', nearestWord: 'framerate' },
    { word: 'portal', nearestWord: undefined },
    { word: 'x', nearestWord: undefined },
    { word: '', nearestWord: undefined },
  ])('takes $word for $nearestWord', ({ word, nearestWord }) => {
    expect(nearest(word, ['port', 'quality', 'framerate', 'id'])).toBe(nearestWord);
  });
});
