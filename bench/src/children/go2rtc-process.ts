/** Reads a camera through go2rtc's MJPEG, as a browser would; go2rtc decodes and encodes with the ffmpeg program. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { freePort } from '@oriel/testing';
import { nowMs } from '../measure/clock.ts';
import { until } from '../until.ts';
import { JpegSplitter } from './jpeg-splitter.ts';
import { PictureRecorder, type ReadPictures, type Recording } from './picture-recorder.ts';
import { serve } from './remote-process.ts';

export interface Go2rtcMethods {
  /**
   * Resolves with the first picture, counted from the request of a viewer.
   * @param program path of go2rtc
   */
  start(program: string, cameraUrl: string): Promise<Go2rtcStart>;
  startRecording(): Promise<void>;
  stopRecording(): Promise<Recording>;
  readBarcodes(): Promise<ReadPictures>;
  stop(): Promise<void>;
}

export interface Go2rtcStart {
  /** Of go2rtc and its ffmpeg, by name. */
  readonly pids: ReadonlyMap<string, number>;
  readonly firstPictureMs: number;
}

let go2rtc: ChildProcess | undefined;
let viewer: IncomingMessage | undefined;
const recorder = new PictureRecorder();

async function start(program: string, cameraUrl: string): Promise<Go2rtcStart> {
  const [apiPort, rtspPort] = [await freePort(), await freePort()];
  const config = {
    api: { listen: `127.0.0.1:${apiPort}` },
    rtsp: { listen: `127.0.0.1:${rtspPort}` },
    webrtc: { listen: '' },
    srtp: { listen: '' },
    streams: { camera: [cameraUrl, 'ffmpeg:camera#video=mjpeg'] },
  };
  const child = spawn(program, ['-config', JSON.stringify(config)], { stdio: ['ignore', 'ignore', 2] });
  go2rtc = child;
  await Promise.race([once(child, 'spawn'), once(child, 'error').then(([error]) => Promise.reject(error))]);
  const isUp = async () => (await fetch(`http://127.0.0.1:${apiPort}/api`).catch(() => undefined))?.ok === true;
  await until(isUp, { what: 'go2rtc to answer', signal: AbortSignal.timeout(START_DEADLINE_MS) });

  const openedAtMs = nowMs();
  await firstPictureOf(`http://127.0.0.1:${apiPort}/api/stream.mjpeg?src=camera`);
  const firstPictureMs = nowMs() - openedAtMs;
  const pid = child.pid as number;
  const children = childrenOf(pid).map((childPid, index) => [`go2rtc's ffmpeg ${index + 1}`, childPid] as const);
  return { pids: new Map([['go2rtc', pid], ...children]), firstPictureMs };
}

function firstPictureOf(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const splitter = new JpegSplitter();
    const request = get(url, (response) => {
      viewer = response;
      response.on('data', (chunk: Buffer) => {
        const arrivedAtMs = nowMs();
        for (const part of splitter.push(chunk)) {
          resolve();
          recorder.add({ jpeg: part.subarray(part.indexOf(START_OF_IMAGE)), arrivedAtMs });
        }
      });
      response.once('close', () => reject(new Error('go2rtc ended the stream')));
    });
    request.setTimeout(START_DEADLINE_MS, () => request.destroy(new Error('go2rtc shows no picture')));
    request.once('error', reject);
  });
}

/** By proc(5): field 4 of stat, counted behind the name. */
function childrenOf(parent: number): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent ? [Number(name)] : [];
    } catch {
      // It has ended since the folder was read.
      return [];
    }
  });
}

async function stop(): Promise<void> {
  viewer?.destroy();
  viewer = undefined;
  if (go2rtc === undefined || go2rtc.exitCode !== null || go2rtc.signalCode !== null) return;
  const exited = once(go2rtc, 'exit');
  // In order, so that it ends its ffmpeg.
  go2rtc.kill('SIGTERM');
  await exited;
}

/** Start of image (ITU-T T.81 table B.1): what stands before it is the header of the part. */
const START_OF_IMAGE = Buffer.from([0xff, 0xd8]);
const START_DEADLINE_MS = 30_000;

serve<Go2rtcMethods>(
  {
    start,
    startRecording: async () => recorder.start(),
    stopRecording: async () => recorder.stop(),
    readBarcodes: () => recorder.readBarcodes(),
    stop,
  },
  stop,
);
