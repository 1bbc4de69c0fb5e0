/** Generated video for tests: Debian's ffmpeg encodes it, this file cuts it into access units. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AccessUnit } from '@oriel/media-bus';

export interface TestVideo {
  /** An input of ffmpeg's lavfi device, for example `testsrc2=size=640x360:rate=30`. */
  readonly source: string;
  readonly frames: number;
  readonly codec?: AccessUnit['codec'];
  /** Keyframe every so many frames. @defaultValue all in one GOP */
  readonly gop?: number;
  readonly bFrames?: number;
  /** More parameters of x264 or x265, `name=value` with colons between. */
  readonly params?: string;
  /** More arguments of ffmpeg, for the output. */
  readonly args?: readonly string[];
  readonly framerate?: number;
}

const run = promisify(execFile);

/** Epoch 1, sequences from 0, arrival times a frame apart from 0; RTP times from 0 are those of presentation, as a camera sends them. */
export async function makeVideo(video: TestVideo): Promise<AccessUnit[]> {
  const { source, frames, codec = 'h264', gop = frames, bFrames = 0, args = [], framerate = 30 } = video;
  const more = video.params === undefined ? '' : `:${video.params}`;
  const params = `aud=1:keyint=${gop}:min-keyint=${gop}:scenecut=0:bframes=${bFrames}${more}`;
  const isH264 = codec === 'h264';
  const encoder = isH264
    ? ['-c:v', 'libx264', '-preset', 'ultrafast', '-x264-params', params]
    : ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', `${params}:log-level=none:repeat-headers=1`];
  const tune = bFrames === 0 && isH264 ? ['-tune', 'zerolatency', '-x264-params', `${params}:sliced-threads=0`] : [];
  const directory = await mkdtemp(join(tmpdir(), 'oriel-video-'));
  try {
    const times = join(directory, 'times');
    const input = ['-v', 'error', '-f', 'lavfi', '-i', source, '-frames:v', `${frames}`, '-pix_fmt', 'yuv420p'];
    // The byte stream has no times; the other output of the same encoder is a line for each packet, with its times.
    const outputs = `[f=${isH264 ? 'h264' : 'hevc'}]pipe\\:1|[f=framecrc]${times}`;
    const { stdout } = await run(
      'ffmpeg',
      [...input, ...encoder, ...tune, ...args, '-map', '0:v', '-f', 'tee', outputs],
      { encoding: 'buffer', maxBuffer: 256 * 1024 * 1024 },
    );
    const places = presentationPlaces(await readFile(times, 'utf8'));
    const [, width = 0, height = 0] = (/(?:size|s)=(\d+)x(\d+)/.exec(source) ?? []).map(Number);
    return splitAtDelimiters(stdout, codec).map((data, sequence) => ({
      ...accessUnit({ codec, sequence, isKeyframe: sequence % gop === 0, data, width, height, framerate }),
      rtpTimeTicks: Math.round(((places[sequence] ?? sequence) * 90_000) / framerate),
    }));
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Of each packet in coding order: which picture it is in the order of presentation. A line is `stream, dts, pts, duration, size, crc`. */
function presentationPlaces(framecrc: string): number[] {
  const times = framecrc
    .split('\n')
    .filter((line) => /^\d/.test(line))
    .map((line) => Number(line.split(',')[2]));
  const sorted = times.toSorted((a, b) => a - b);
  return times.map((time) => sorted.indexOf(time));
}

/** One access unit with the times of a steady camera. */
export function accessUnit(parts: Partial<AccessUnit> & { framerate?: number }): AccessUnit {
  const { framerate = 30, sequence = 0, ...rest } = parts;
  return {
    codec: 'h264',
    epoch: 1,
    sequence,
    isKeyframe: false,
    rtpTimeTicks: Math.round((sequence * 90_000) / framerate),
    arrivalTimeUs: Math.round((sequence * 1e6) / framerate),
    captureTimeUs: undefined,
    lostPacketsBefore: 0,
    discontinuity: false,
    width: 0,
    height: 0,
    data: Buffer.alloc(0),
    ...rest,
  };
}

/** The encoders begin each access unit with a delimiter: NAL unit type 9 of H.264 (§7.3.2.4), 35 of H.265 (§7.3.2.5). */
function splitAtDelimiters(stream: Buffer, codec: AccessUnit['codec']): Buffer[] {
  const delimiter = Buffer.from(codec === 'h264' ? [0, 0, 0, 1, 9] : [0, 0, 0, 1, 35 << 1]);
  const starts: number[] = [];
  for (let at = stream.indexOf(delimiter); at >= 0; at = stream.indexOf(delimiter, at + 1)) starts.push(at);
  return starts.map((start, index) => stream.subarray(start, starts[index + 1]));
}

/** The same bytes in every run. */
export function pseudoRandomBytes(seed: number, length: number): Buffer {
  let state = seed;
  return Buffer.from(
    Uint8Array.from({ length }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state >>> 16;
    }),
  );
}
