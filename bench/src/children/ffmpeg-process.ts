/** Reads a camera with the ffmpeg program: what one would do without Oriel. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { nowMs } from '../measure/clock.ts';
import { JpegSplitter } from './jpeg-splitter.ts';
import { PictureRecorder, type ReadPictures, type Recording } from './picture-recorder.ts';
import { serve } from './remote-process.ts';

export interface FfmpegMethods {
  /** Resolves with the first picture. @param args all of ffmpeg's, writing JPEGs to standard output */
  start(args: readonly string[]): Promise<{ readonly pid: number; readonly firstPictureMs: number }>;
  startRecording(): Promise<void>;
  stopRecording(): Promise<Recording>;
  readBarcodes(): Promise<ReadPictures>;
  stop(): Promise<void>;
}

const FIRST_PICTURE_DEADLINE_MS = 30_000;
const MAX_COMPLAINT_CHARACTERS = 2000;

let ffmpeg: ChildProcess | undefined;
const recorder = new PictureRecorder();

async function start(args: readonly string[]): Promise<{ pid: number; firstPictureMs: number }> {
  const startedAtMs = nowMs();
  const child = spawn('ffmpeg', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  ffmpeg = child;
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-MAX_COMPLAINT_CHARACTERS);
  });
  const splitter = new JpegSplitter();
  await new Promise<void>((resolve, reject) => {
    const fail = (how: string) => reject(new Error(`ffmpeg ${how}\n${complaints}`));
    const deadline = setTimeout(() => fail('shows no picture'), FIRST_PICTURE_DEADLINE_MS);
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code, signal) => fail(`ended with ${code ?? signal}`));
    child.stdout.on('data', (chunk: Buffer) => {
      const arrivedAtMs = nowMs();
      for (const jpeg of splitter.push(chunk)) {
        clearTimeout(deadline);
        resolve();
        recorder.add({ jpeg, arrivedAtMs });
      }
    });
  });
  if (child.pid === undefined) throw new Error('ffmpeg could not be started');
  return { pid: child.pid, firstPictureMs: nowMs() - startedAtMs };
}

async function stop(): Promise<void> {
  if (ffmpeg === undefined || ffmpeg.exitCode !== null || ffmpeg.signalCode !== null) return;
  const exited = once(ffmpeg, 'exit');
  ffmpeg.kill('SIGKILL');
  await exited;
}

serve<FfmpegMethods>(
  {
    start,
    startRecording: async () => recorder.start(),
    stopRecording: async () => recorder.stop(),
    readBarcodes: () => recorder.readBarcodes(),
    stop,
  },
  stop,
);
