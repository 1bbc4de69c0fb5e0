/** Who reads the camera: a viewer of Oriel, the ffmpeg program, or a viewer of go2rtc. */
import type { FfmpegMethods } from '../children/ffmpeg-process.ts';
import type { Go2rtcMethods } from '../children/go2rtc-process.ts';
import type { RemoteProcess } from '../children/remote-process.ts';
import type { ViewerMethods } from '../children/viewer-process.ts';
import { CAMERA_ID, type RunningOriel } from '../running-oriel.ts';

export interface Reader {
  readonly name: string;
  /** What it runs; the camera's address is left out. */
  readonly command: string | undefined;
  /** The process that stamps the pictures; its time is nobody's, as each reader has one. */
  readonly recorder: RemoteProcess<Pick<FfmpegMethods, 'startRecording' | 'stopRecording' | 'readBarcodes'>>;
  /** Resolves with the first picture. `pids` are those of the processes whose time is counted. */
  begin(): Promise<{ readonly pids: ReadonlyMap<string, number>; readonly firstPictureMs: number }>;
  finish(): Promise<void>;
}

export function orielReader(oriel: RunningOriel, viewer: RemoteProcess<ViewerMethods>): Reader {
  return {
    name: 'Oriel',
    command: undefined,
    recorder: viewer,
    begin: async () => {
      await viewer.call('connect', oriel.url);
      const { arrivedMs } = await viewer.call('watch', CAMERA_ID);
      return { pids: oriel.pids(), firstPictureMs: arrivedMs };
    },
    finish: () => viewer.call('disconnect'),
  };
}

export interface FfmpegVariant {
  readonly name: string;
  readonly inputOptions: readonly string[];
  readonly outputOptions: readonly string[];
}

export const FFMPEG_VARIANTS: readonly FfmpegVariant[] = [
  { name: 'ffmpeg', inputOptions: [], outputOptions: [] },
  {
    name: 'ffmpeg, low delay',
    inputOptions: ['-fflags', 'nobuffer', '-flags', 'low_delay'],
    outputOptions: ['-q:v', '3'],
  },
];

export function ffmpegReader(
  oriel: RunningOriel,
  ffmpeg: RemoteProcess<FfmpegMethods>,
  { name, inputOptions, outputOptions }: FfmpegVariant,
): Reader {
  const argumentsFor = (url: string) => [
    ...['-nostdin', '-loglevel', 'error', '-rtsp_transport', 'tcp', ...inputOptions, '-i', url],
    ...[...outputOptions, '-f', 'mjpeg', '-'],
  ];
  return {
    name,
    command: ['ffmpeg', ...argumentsFor('URL')].join(' '),
    recorder: ffmpeg,
    begin: async () => {
      const { pid, firstPictureMs } = await ffmpeg.call('start', argumentsFor(oriel.cameraUrl));
      return { pids: new Map([['ffmpeg', pid]]), firstPictureMs };
    },
    finish: () => ffmpeg.call('stop'),
  };
}

export function go2rtcReader(oriel: RunningOriel, go2rtc: RemoteProcess<Go2rtcMethods>, program: string): Reader {
  return {
    name: 'go2rtc, MJPEG',
    command: 'streams: {camera: [URL, ffmpeg:camera#video=mjpeg]}; GET /api/stream.mjpeg?src=camera',
    recorder: go2rtc,
    begin: () => go2rtc.call('start', program, oriel.cameraUrl),
    finish: () => go2rtc.call('stop'),
  };
}
