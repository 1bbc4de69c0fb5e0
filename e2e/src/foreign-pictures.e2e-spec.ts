/** Cameras that are not ours, and whose pictures need more than a decoder: coded out of order, or taken in two fields. */

import { waitFor } from '@oriel/testing';
import { type GStreamerServer, missingGStreamer, startGStreamerServer } from '@oriel/testing/scripted-server';
import sharp from 'sharp';
import { startTestStack, type TestStack } from './support/stack.ts';
import { TestViewer } from './support/viewer.ts';

const missing = missingGStreamer();
if (missing !== undefined) console.warn(`Skipped: ${missing}`);

(missing === undefined ? describe : describe.skip)('GStreamer as a camera with B-frames, and an interlaced one', () => {
  let server: GStreamerServer;
  let stack: TestStack;
  let viewer: TestViewer;

  beforeAll(async () => {
    server = await startGStreamerServer();
    const cameras = ['bframes', 'interlaced'] as const;
    stack = await startTestStack(
      cameras.map((id) => `[[cameras]]\nid = "${id}"\nurl = "${server.url(`/h264-${id}`)}"\n`).join('\n'),
    );
  });
  beforeEach(() => {
    viewer = new TestViewer(stack.url);
  });
  afterEach(() => viewer.close());
  afterAll(async () => {
    await stack?.stop();
    await server?.stop();
  });

  it('shows of 15 pictures a second with two B-frames each between P-frames all, in order', async () => {
    await viewer.watch('bframes');
    await viewer.nextFrame('bframes');
    // The first second may have pictures from before it was watched.
    await waitFor(() => viewer.frames.length > 15);
    const from = viewer.frames.length;
    const pictures = 150;
    await waitFor(() => viewer.frames.length >= from + pictures, { deadlineMs: 60_000 });
    const shown = viewer.frames.slice(from, from + pictures);
    const elapsedMs = (shown.at(-1)?.atMs ?? 0) - (shown[0]?.atMs ?? 0);
    const sequences = shown.map(({ header }) => header.sequence);
    expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
    // A P-frame comes before the B-frames that are shown before it: they are really there.
    const received = shown.map(({ header }) => header.receivedAtMs);
    const stepsBack = received.filter((atMs, index) => atMs < (received[index - 1] ?? 0));
    expect(stepsBack.length).toBeGreaterThan(pictures / 4);
    expect(((pictures - 1) * 1_000) / elapsedMs).toBeGreaterThan(0.97 * 15);
  });

  it('shows an interlaced camera whole: no comb at the edge of the moving ball', async () => {
    await viewer.watch('interlaced');
    await waitFor(() => viewer.frames.length > 25);
    const { header, jpeg } = await viewer.nextFrame('interlaced');
    expect([header.width, header.height]).toEqual([720, 576]);
    expect(await combing(jpeg)).toBeLessThan(1.2);
  });
});

/** How much more lines differ from the next one than from the one after that, on average: about 1 for a picture, far above for a comb. */
async function combing(jpeg: Buffer): Promise<number> {
  const { data, info } = await sharp(jpeg).greyscale().raw().toBuffer({ resolveWithObject: true });
  let toNext = 0;
  let toSecond = 0;
  for (let y = 0; y + 2 < info.height; y++) {
    for (let x = 0; x < info.width; x++) {
      const at = y * info.width + x;
      toNext += Math.abs((data[at] ?? 0) - (data[at + info.width] ?? 0));
      toSecond += Math.abs((data[at] ?? 0) - (data[at + 2 * info.width] ?? 0));
    }
  }
  return toNext / toSecond;
}
