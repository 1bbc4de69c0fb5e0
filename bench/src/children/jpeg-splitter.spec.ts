import { JpegSplitter } from './jpeg-splitter.ts';

test.each([
  { name: 'one picture in one chunk', chunks: ['ffd8 aa ffd9'], pictures: ['ffd8aaffd9'] },
  { name: 'two pictures in one chunk', chunks: ['ffd8 aa ffd9 ffd8 bb ffd9'], pictures: ['ffd8aaffd9', 'ffd8bbffd9'] },
  { name: 'a picture in three chunks', chunks: ['ffd8', 'aa', 'bb ffd9'], pictures: ['ffd8aabbffd9'] },
  {
    name: 'its end split between chunks',
    chunks: ['ffd8 aa ff', 'd9 ffd8', 'bb ffd9'],
    pictures: ['ffd8aaffd9', 'ffd8bbffd9'],
  },
  { name: 'FF in coded data is followed by 00', chunks: ['ffd8 ff00 d9 ffd9'], pictures: ['ffd8ff00d9ffd9'] },
  { name: 'the rest waits', chunks: ['ffd8 aa ffd9 ffd8 bb'], pictures: ['ffd8aaffd9'] },
])('$name', ({ chunks, pictures }) => {
  const splitter = new JpegSplitter();
  const found = chunks.flatMap((chunk) => splitter.push(Buffer.from(chunk.replaceAll(' ', ''), 'hex')));
  expect(found.map((picture) => picture.toString('hex'))).toEqual(pictures);
});
