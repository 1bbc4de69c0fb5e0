import { CameraWork } from './camera-work.ts';

/** Of a second of a camera with 30 pictures. */
function play(work: CameraWork, epoch: number, isRead: (frame: number) => boolean): void {
  for (let frame = 0; frame < 30; frame++) {
    if (isRead(frame)) work.read({ epoch, sequence: 100 + frame, rtpTimeTicks: frame * 3_000 });
  }
}

it.each([
  { what: 'all are read', isRead: () => true },
  { what: 'two of three are dropped before they are read', isRead: (frame: number) => frame % 3 === 0 },
  { what: 'only the first and the last are read', isRead: (frame: number) => frame === 0 || frame === 29 },
])('a camera has 30 frames/s when $what', ({ isRead }) => {
  const work = new CameraWork();
  play(work, 1, isRead);
  work.take();
  expect(work.framerate).toBeCloseTo(30, 6);
});

it('a new epoch counts anew, whatever its sequence begins with', () => {
  const work = new CameraWork();
  play(work, 1, () => true);
  for (let frame = 0; frame < 10; frame++) work.read({ epoch: 2, sequence: frame, rtpTimeTicks: frame * 6_000 });
  work.take();
  expect(work.framerate).toBeCloseTo(15, 6);
});
