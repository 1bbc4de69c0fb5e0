/** What can happen to a camera: how it is brought about, and when the camera could be shown again. */
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { RunningCamera } from '@oriel/camera';

export interface CameraFault {
  readonly name: string;
  /** What the time to the picture is counted from. */
  readonly readyWhen: string;
  /** Resolves the moment the camera could be shown again. */
  readonly happen: (camera: RunningCamera) => Promise<void>;
}

export const CAMERA_FAULTS: readonly CameraFault[] = [
  {
    name: 'reboot of 3 s',
    readyWhen: 'its port answers',
    happen: async (camera) => {
      camera.faults.reboot(3);
      await pause(500);
      await portAnswers(camera);
    },
  },
  {
    name: 'away for 10 s',
    readyWhen: 'its port answers',
    happen: async (camera) => {
      camera.faults.reboot(10);
      await pause(8_000);
      await portAnswers(camera);
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
    happen: async (camera) => camera.faults.halfOpen(),
  },
  {
    name: 'no pictures for 5 s',
    readyWhen: 'it sends again',
    happen: async (camera) => {
      camera.faults.stall(5);
      await pause(5_000);
    },
  },
  {
    name: 'packets lost in bursts for 4 s',
    readyWhen: 'the loss ends',
    happen: async (camera) => {
      camera.faults.set({ lossRate: 0.1, lossBurstPackets: 3 });
      await pause(4_000);
      camera.faults.set({ lossRate: 0 });
    },
  },
  {
    name: 'garbage between the packets for 3 s',
    readyWhen: 'it ends',
    happen: async (camera) => {
      camera.faults.set({ garbageRate: 0.3 });
      await pause(3_000);
      camera.faults.set({ garbageRate: 0 });
    },
  },
  {
    name: 'another SSRC and a timestamp an hour off',
    readyWhen: 'at once',
    happen: async (camera) => {
      camera.faults.changeSsrc();
      camera.faults.jumpTimestamp(3_600);
    },
  },
];

async function bootBusy({ faults }: RunningCamera, retryAfterSeconds: number): Promise<void> {
  faults.set({ refuseStatus: 503, retryAfterSeconds });
  faults.reboot(1);
  await pause(5_000);
  faults.set({ refuseStatus: 0, retryAfterSeconds: 0 });
}

async function portAnswers({ host, port }: RunningCamera): Promise<void> {
  for (;;) {
    const socket = connect({ host, port });
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
    await pause(POLL_MS);
  }
}

const POLL_MS = 20;
