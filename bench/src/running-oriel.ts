/** One simulated camera and all of Oriel behind it, each part a process of its own. */
import { type LocalStack, startLocalStack } from '@oriel/local-stack';
import type { CameraMethods } from './children/camera-process.ts';
import { RemoteProcess } from './children/remote-process.ts';
import { localConfig } from './local-config.ts';
import { readMetrics } from './measure/service-metrics.ts';
import { until } from './until.ts';

export const CAMERA_ID = 'bench';

export interface PictureSize {
  readonly name: string;
  readonly width: number;
  readonly height: number;
}

export const SIZE_720P: PictureSize = { name: '720p30', width: 1280, height: 720 };
export const SIZE_1080P: PictureSize = { name: '1080p30', width: 1920, height: 1080 };

export const FRAMES_PER_SECOND = 30;
/** Most that the camera sends; with noise it is reached. */
const BITRATE_BPS = 4_000_000;
/** More than a GOP of 10 s has. */
const BUFFER_SIZE_BYTES = 16_000_000;

export interface RunningOriel {
  readonly url: string;
  readonly cameraUrl: string;
  readonly cameraPid: number;
  /** Pids of our services and both Redis, by name. */
  pids(): ReadonlyMap<string, number>;
  metrics(service: 'ingest' | 'transcoder' | 'gateway'): Promise<string>;
  /** Cameras that transcoders hold now. */
  camerasInTranscoding(): Promise<number>;
}

export interface OrielOptions {
  readonly size: PictureSize;
  /** [2] */
  readonly gopSeconds?: number;
  /** A picture with a band of noise, which takes 4 Mbit/s as H.264, and three times the bytes as JPEG. */
  readonly noise: boolean;
  readonly signal: AbortSignal;
}

/** Runs `task` beside them; nothing is left running afterwards. */
export async function withOriel<T>(options: OrielOptions, task: (oriel: RunningOriel) => Promise<T>): Promise<T> {
  const { size, gopSeconds = 2, noise, signal } = options;
  const camera = new RemoteProcess<CameraMethods>('camera-process', signal);
  let stack: LocalStack | undefined;
  try {
    const cameraUrl = await camera.call('start', {
      name: 'BENCH',
      width: size.width,
      height: size.height,
      framerate: FRAMES_PER_SECOND,
      gopFrames: gopSeconds * FRAMES_PER_SECOND,
      bitrateBps: BITRATE_BPS,
      noise,
    });
    const shown = { framerate: FRAMES_PER_SECOND, quality: 85 };
    const config = localConfig([{ id: CAMERA_ID, url: cameraUrl, bufferSizeBytes: BUFFER_SIZE_BYTES, ...shown }]);
    // A signal of its own, as the stack listens to it for good.
    stack = await startLocalStack({ config, signal: AbortSignal.any([signal]) });
    await cameraIsLive(stack, signal);
    return await task(describe(stack, camera.pid, cameraUrl));
  } finally {
    await stack?.stop();
    await camera.end();
  }
}

function describe(stack: LocalStack, cameraPid: number, cameraUrl: string): RunningOriel {
  return {
    url: stack.url,
    cameraUrl,
    cameraPid,
    pids: () => {
      const processes = [...stack.services, stack.controlRedis, stack.mediaRedis];
      return new Map(processes.flatMap(({ name, pid }) => (pid === undefined ? [] : [[name, pid] as const])));
    },
    metrics: (service) => readMetrics(stack.process(`${service}-1`).healthUrl ?? ''),
    camerasInTranscoding: async () => {
      const { instances } = await getJson<{ instances: { service: string; cameras: string[] }[] }>(
        stack,
        '/api/system',
      );
      return instances.reduce((sum, { service, cameras }) => sum + (service === 'transcoder' ? cameras.length : 0), 0);
    },
  };
}

async function cameraIsLive(stack: LocalStack, signal: AbortSignal): Promise<void> {
  await until(
    async () => {
      const { state } = await getJson<{ state?: string }>(stack, `/api/cameras/${CAMERA_ID}`);
      return state === 'live';
    },
    { what: 'the camera to be live', signal },
  );
}

async function getJson<T>(stack: LocalStack, path: string): Promise<T> {
  const response = await fetch(stack.url + path, { signal: AbortSignal.timeout(5000) });
  return (await response.json()) as T;
}
