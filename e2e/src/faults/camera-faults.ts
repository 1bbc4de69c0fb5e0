/** What can happen to a camera: how it is brought about, and when the camera could be shown again. */
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { RunningCamera } from '@oriel/camera';
import { nowMs } from './picture-watch.ts';

export interface CameraFault {
  readonly name: string;
  /** What the time to the picture is counted from. */
  readonly readyWhen: string;
  /**
   * Resolves once the camera can be shown again and what was under way before has arrived.
   * @returns the moment from which it could be shown
   */
  readonly happen: (camera: RunningCamera) => Promise<number>;
}

export const CAMERA_FAULTS: readonly CameraFault[] = [
  {
    name: 'reboot of 3 s',
    readyWhen: 'its port answers',
    happen: async (camera) => {
      camera.faults.reboot(3);
      await pause(500);
      return portAnswers(camera);
    },
  },
  {
    name: 'away for 10 s',
    readyWhen: 'its port answers',
    happen: async (camera) => {
      camera.faults.reboot(10);
      await pause(8_000);
      return portAnswers(camera);
    },
  },
  {
    name: 'busy after a reboot: 503 for 4 s, Retry-After 1 s',
    readyWhen: 'it answers requests again',
    happen: (camera) => bootBusy(camera, 1),
  },
  {
    name: 'busy after a reboot: 503 for 4 s, no Retry-After',
    readyWhen: 'it answers requests again',
    happen: (camera) => bootBusy(camera, 0),
  },
  {
    name: 'half-open connection, never closed',
    readyWhen: 'at once: a new connection works',
    happen: (camera) => atOnce(() => camera.faults.halfOpen()),
  },
  {
    name: 'no pictures for 5 s',
    readyWhen: 'it sends again',
    happen: async (camera) => {
      camera.faults.stall(5);
      await pause(5_000);
      return nowMs();
    },
  },
  {
    name: 'packets lost in bursts for 4 s',
    readyWhen: 'the loss ends',
    happen: async (camera) => {
      camera.faults.set({ lossRate: 0.1, lossBurstPackets: 3 });
      await pause(4_000);
      camera.faults.set({ lossRate: 0 });
      return nowMs();
    },
  },
  {
    name: 'garbage between the packets for 3 s',
    readyWhen: 'it ends',
    happen: async (camera) => {
      camera.faults.set({ garbageRate: 0.3 });
      await pause(3_000);
      camera.faults.set({ garbageRate: 0 });
      return nowMs();
    },
  },
  {
    name: 'another SSRC and a timestamp an hour off',
    readyWhen: 'at once',
    happen: (camera) =>
      atOnce(() => {
        camera.faults.changeSsrc();
        camera.faults.jumpTimestamp(3_600);
      }),
  },
];

/** The camera can be shown all the time; a picture that was under way is no proof of it. */
async function atOnce(action: () => void): Promise<number> {
  const readyAtMs = nowMs();
  action();
  await pause(UNDER_WAY_MS);
  return readyAtMs;
}

async function bootBusy({ faults }: RunningCamera, retryAfterSeconds: number): Promise<number> {
  faults.set({ refuseStatus: 503, retryAfterSeconds });
  faults.reboot(1);
  await pause(5_000);
  faults.set({ refuseStatus: 0, retryAfterSeconds: 0 });
  return nowMs();
}

async function portAnswers({ host, port }: RunningCamera): Promise<number> {
  for (;;) {
    const socket = connect({ host, port });
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return nowMs();
    await pause(POLL_MS);
  }
}

const POLL_MS = 20;
const UNDER_WAY_MS = 200;
