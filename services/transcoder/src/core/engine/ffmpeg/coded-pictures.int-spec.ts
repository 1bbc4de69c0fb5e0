import { fieldPictures } from '../../../../test/field-pictures.ts';
import { makeVideo } from '../../../../test/test-video.ts';
import { FieldPairs, pictureOutputOf } from './coded-pictures.ts';

const fields = fieldPictures({ widthMbs: 2, heightMbs: 2, frames: 3 });
const see = (units: typeof fields) => {
  const pairs = new FieldPairs();
  return units.map((unit) => pairs.see(unit));
};

describe('FieldPairs', () => {
  it('tells first fields from second ones', () => {
    expect(see(fields)).toEqual(['first', 'second', 'first', 'second', 'first', 'second']);
  });

  it('takes a first field whose second was lost for one alone', () => {
    expect(see(fields.filter((_, index) => index !== 1))).toEqual(['first', 'first', 'second', 'first', 'second']);
  });

  it('takes both fields in one access unit for a frame', () => {
    const [top, bottom] = fields;
    const data = Buffer.concat([top?.data ?? Buffer.of(), bottom?.data ?? Buffer.of()]);
    expect(see(fields.slice(0, 1).map((unit) => ({ ...unit, data })))).toEqual(['frame']);
  });

  it('takes access units of frames, and of H.265, for frames', async () => {
    const frames = await makeVideo({ source: 'testsrc2=size=64x64:rate=30', frames: 2 });
    expect(see(frames)).toEqual(['frame', 'frame']);
    expect(see(fields.map((unit) => ({ ...unit, codec: 'h265' as const })))[0]).toBe('frame');
  });
});

describe('pictureOutputOf', () => {
  it.each([
    { name: 'no B-frames', codec: 'h264', bFrames: 0, params: undefined, reorder: 0, isInterlaced: false },
    { name: 'B-frames', codec: 'h264', bFrames: 2, params: 'b-pyramid=none', reorder: 1, isInterlaced: false },
    { name: 'interlaced', codec: 'h264', bFrames: 0, params: 'tff=1', reorder: 0, isInterlaced: true },
    { name: 'H.265 with a pyramid', codec: 'h265', bFrames: 3, params: 'b-pyramid=1', reorder: 2, isInterlaced: false },
  ] as const)('reads from the parameter sets: $name', async ({ codec, bFrames, params, reorder, isInterlaced }) => {
    const args = isInterlaced ? ['-flags', '+ildct+ilme'] : [];
    const source = 'testsrc2=size=64x64:rate=30';
    const more = params === undefined ? {} : { params };
    const [unit] = await makeVideo({ source, frames: 10, codec, bFrames, args, ...more });
    expect(unit && pictureOutputOf(unit)).toEqual({ reorder, isInterlaced });
  });

  it('knows nothing of a stream that does not say', () => {
    expect(fields[0] && pictureOutputOf(fields[0])).toEqual({ reorder: undefined, isInterlaced: true });
  });
});
