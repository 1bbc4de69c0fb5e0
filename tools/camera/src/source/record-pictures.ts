import type { LiveSourceOptions } from './live-source.ts';
import type { Recording } from './replay-source.ts';
import { TestPicture } from './test-picture.ts';
import { VideoEncoder } from './video-encoder.ts';
import type { CodedPicture } from './video-source.ts';
import { nowUs } from './wall-clock.ts';

/** Encodes whole GOPs of the generated picture, at least `seconds` in total, as fast as possible. */
export async function recordPictures(options: LiveSourceOptions, seconds: number): Promise<Recording> {
  const { framerate, gopFrames, codec, width, height } = options;
  const count = Math.ceil((seconds * framerate) / gopFrames) * gopFrames;
  const encoder = await VideoEncoder.open(options);
  try {
    const picture = new TestPicture(options);
    picture.drawBackground(encoder.planes());
    const startUs = nowUs();
    const pictures: CodedPicture[] = [];
    const timesMs: number[] = [];
    for (let index = 0; index < count; index++) {
      const timeMs = (index * 1000) / framerate;
      picture.drawFrame(encoder.planes(), index, Math.round(startUs + timeMs * 1000));
      pictures.push(await encoder.encode(Math.round(timeMs * 90)));
      timesMs.push(timeMs);
    }
    return { codec, width, height, framerate, pictures, timesMs, durationMs: (count * 1000) / framerate };
  } finally {
    encoder.close();
  }
}
