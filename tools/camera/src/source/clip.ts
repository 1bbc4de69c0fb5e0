import { nalUnitsOfAnnexB } from '@oriel/codecs';
import '../node20.ts';
import type { VideoCodec } from '@oriel/model';
import { BitStreamFilterAPI, Demuxer } from 'node-av/api';
import { AV_CODEC_ID_H264, AV_CODEC_ID_HEVC } from 'node-av/constants';
import { parameterSetsOf } from './live-source.ts';
import type { Recording } from './replay-source.ts';
import type { CodedPicture } from './video-source.ts';

/** Clips are held in memory, up to this size. */
const MAX_CLIP_BYTES = 512 * 1024 * 1024;

/** Reads a file's H.264 or H.265 video from its first keyframe on, without decoding it. */
export async function readClip(file: string): Promise<Recording> {
  await using input = await Demuxer.open(file);
  const stream = input.video();
  const { codecId, width = 0, height = 0 } = stream?.codecpar ?? {};
  const codec: VideoCodec | undefined =
    codecId === AV_CODEC_ID_H264 ? 'h264' : codecId === AV_CODEC_ID_HEVC ? 'h265' : undefined;
  if (stream === undefined || codec === undefined) throw new Error(`${file} has no H.264 or H.265 video`);
  // Replaces lengths by start codes and puts parameter sets before keyframes. Passes Annex B through.
  using toAnnexB = BitStreamFilterAPI.create(codec === 'h264' ? 'h264_mp4toannexb' : 'hevc_mp4toannexb', stream);
  const pictures: CodedPicture[] = [];
  const timesMs: number[] = [];
  const tickMs = (1000 * stream.timeBase.num) / stream.timeBase.den;
  let bytes = 0;
  for await (using packet of toAnnexB.packets(input.packets(stream.index))) {
    if (packet === null) break;
    if (pictures.length === 0 && !packet.isKeyframe) continue;
    bytes += packet.size;
    if (bytes > MAX_CLIP_BYTES) throw new Error(`${file} holds more than ${MAX_CLIP_BYTES} bytes of video`);
    pictures.push({ nalUnits: nalUnitsOfAnnexB(Buffer.from(packet.data ?? [])), isKeyframe: packet.isKeyframe });
    timesMs.push(Number(packet.pts) * tickMs);
  }
  const first = pictures[0];
  if (first === undefined) throw new Error(`${file} has no keyframe`);
  if (parameterSetsOf(codec, first).length === 0)
    throw new Error(`${file} has no parameter sets in front of its keyframe`);
  const startMs = Math.min(...timesMs.slice(0, 32));
  const lastMs = timesMs.reduce((latest, timeMs) => Math.max(latest, timeMs), 0);
  const intervalMs = pictures.length > 1 ? (lastMs - startMs) / (pictures.length - 1) : 40;
  return {
    codec,
    width,
    height,
    framerate: Math.round(100_000 / intervalMs) / 100,
    pictures,
    timesMs: timesMs.map((timeMs) => timeMs - startMs),
    durationMs: lastMs - startMs + intervalMs,
  };
}
