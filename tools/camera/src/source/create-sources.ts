import type { CameraOptions } from '../camera-options.ts';
import { readClip } from './clip.ts';
import { LiveSource, type LiveSourceOptions } from './live-source.ts';
import { recordPictures } from './record-pictures.ts';
import { type Recording, ReplaySource } from './replay-source.ts';
import type { VideoSource } from './video-source.ts';

const DEFAULT_SECONDS = 4;

/** Creates one source for all cameras when encoding live, or one per camera, out of step with the others, when replaying. */
export async function createSources(options: CameraOptions): Promise<VideoSource[]> {
  const { source = { type: 'live' }, cameras = 1 } = options;
  const live = liveOptions(options);
  switch (source.type) {
    case 'live':
      return [new LiveSource(live)];
    case 'clip':
      return replays(await readClip(source.file), cameras);
    case 'pre-encoded':
      return replays(await recordPictures(live, source.seconds ?? DEFAULT_SECONDS), cameras);
  }
}

function liveOptions(options: CameraOptions): LiveSourceOptions {
  const { codec = 'h264', width = 1280, height = 720, framerate = 30, bitrateBps = 4_000_000, slices = 1 } = options;
  const { gopFrames = Math.max(1, Math.round(framerate * 2)), name = 'ORIEL CAMERA', source } = options;
  if (width % 2 !== 0 || height % 2 !== 0 || width < 160 || height < 120) {
    throw new TypeError(`the picture must be at least 160x120, both even: ${width}x${height}`);
  }
  if (!(framerate >= 1 && framerate <= 120)) throw new TypeError(`framerate must be 1 to 120: ${framerate}`);
  if (!Number.isInteger(gopFrames) || gopFrames < 1) throw new TypeError(`gopFrames must be 1 or more: ${gopFrames}`);
  return {
    codec,
    width,
    height,
    framerate,
    bitrateBps,
    slices,
    gopFrames,
    name,
    noise: options.noise ?? source?.type === 'pre-encoded',
  };
}

function replays(recording: Recording, cameras: number): ReplaySource[] {
  const frameMs = 1000 / recording.framerate;
  return Array.from({ length: cameras }, (_, index) => {
    // Golden-ratio steps spread any number of cameras evenly over the frame interval, and by whole frames over the GOP.
    const step = (index * 0.618034) % 1;
    return new ReplaySource(recording, index === 0 ? 0 : step * frameMs * Math.min(30, recording.pictures.length));
  });
}
