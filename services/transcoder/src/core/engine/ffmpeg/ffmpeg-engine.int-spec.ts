import { waitFor } from '@oriel/testing';
import { describeEngine, pictureOf, releaseAll, required } from '../../../../test/engine-conformance.ts';
import { ffmpegChildren, killFfmpegChildren } from '../../../../test/ffmpeg-children.ts';
import { makeVideo } from '../../../../test/test-video.ts';
import { FfmpegEngine } from './ffmpeg-engine.ts';

// A busy machine may take long to start a program.
const patient = { startDeadlineMs: 20_000 };

describeEngine('ffmpeg', () => new FfmpegEngine(patient));

describe('FfmpegEngine', () => {
  it('tells of the death of its child, and goes on at the next keyframe', async () => {
    const decoder = new FfmpegEngine(patient).openCamera();
    const video = await makeVideo({ source: 'testsrc2=size=320x180:rate=30', frames: 8, gop: 6 });
    const reasons: string[] = [];
    for (const unit of video) {
      if (unit.sequence === 3) await killFfmpegChildren();
      const result = await decoder.decode(unit);
      reasons.push(result.ok ? `${result.pictures[0]?.accessUnit.sequence}` : result.fault.reason);
      releaseAll(result);
    }
    expect(reasons).toEqual(['0', '1', '2', 'died', 'no-keyframe', 'no-keyframe', '6', '7']);
    await decoder.close();
  });

  it('leaves no process behind, alive or dead', async () => {
    const [unit] = await makeVideo({ source: 'testsrc2=size=320x180:rate=30', frames: 1 });
    const decoders = [1, 2, 3].map(() => new FfmpegEngine(patient).openCamera());
    const [first, second, third] = decoders;
    pictureOf(await required(first).decode(required(unit)));
    expect(await ffmpegChildren()).toHaveLength(1);
    // One child killed from outside, one just starting, one reset.
    await killFfmpegChildren();
    const starting = required(second).decode(required(unit));
    pictureOf(await required(third).decode(required(unit)));
    required(third).reset();
    await Promise.all(decoders.map((decoder) => decoder.close()));
    await starting;
    await waitFor(async () => (await ffmpegChildren()).length === 0);
  });

  it('takes an ffmpeg that refuses its arguments for dead, with its words', async () => {
    const [unit] = await makeVideo({ source: 'testsrc2=size=320x180:rate=30', frames: 1 });
    const decoder = new FfmpegEngine({ inputOptions: ['-hwaccel no-such-device'] }).openCamera();
    const result = await decoder.decode(required(unit));
    expect(result).toMatchObject({ ok: false, fault: { reason: 'died' } });
    expect(result.ok ? '' : result.fault.message).toContain('no-such-device');
    await decoder.close();
  });
});
