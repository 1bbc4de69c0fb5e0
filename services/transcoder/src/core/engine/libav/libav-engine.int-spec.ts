import { describeEngine, pictureOf, required } from '../../../../test/engine-conformance.ts';
import { makeVideo } from '../../../../test/test-video.ts';
import { LibavEngine } from './libav-engine.ts';

describeEngine('libav', () => new LibavEngine());

describe('LibavEngine', () => {
  it('keeps the memory flat over 2000 pictures, with renditions and cameras coming and going', async () => {
    const engine = new LibavEngine();
    const video = await makeVideo({ source: 'testsrc2=size=320x180:rate=30', frames: 100, gop: 50 });
    const rssAfter: number[] = [];
    for (let round = 0; round < 20; round++) {
      const decoder = engine.openCamera();
      for (const unit of video) {
        const picture = pictureOf(await decoder.decode(unit));
        await picture.encode({ width: 160 + 2 * (unit.sequence % 12), quality: 75, framerate: 30 });
        picture.release();
      }
      await decoder.close();
      globalThis.gc?.();
      rssAfter.push(process.memoryUsage().rss / 2 ** 20);
    }
    // The first quarter warms up the pools and the compiler.
    const growthMb = required(rssAfter.at(-1)) - required(rssAfter[5]);
    expect(growthMb).toBeLessThan(25);
  }, 60_000);
});
