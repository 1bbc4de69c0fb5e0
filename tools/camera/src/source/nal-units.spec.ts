import { fromHex, toHex } from '@oriel/simulation';
import { splitAnnexB } from './nal-units.ts';

describe('splitAnnexB (H.264 Annex B)', () => {
  it.each([
    {
      name: 'three- and four-byte start codes',
      stream: '00 00 00 01 67 42 00 00 01 68 ce',
      nalUnits: ['67 42', '68 ce'],
    },
    { name: 'trailing zeros', stream: '00 00 01 65 aa 00 00 00 00 01 41', nalUnits: ['65 aa', '41'] },
    { name: 'bytes before the first start code', stream: 'ff 00 00 01 65', nalUnits: ['65'] },
    { name: 'empty NAL units', stream: '00 00 01 00 00 01 65', nalUnits: ['65'] },
    { name: 'no start code', stream: '65 aa', nalUnits: [] },
  ])('$name', ({ stream, nalUnits }) => {
    expect(splitAnnexB(fromHex(stream)).map(toHex)).toEqual(nalUnits);
  });
});
