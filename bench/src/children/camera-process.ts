/** The simulated camera, apart from everything else, so that its CPU time is counted apart. */
import { type CameraOptions, type RunningCamera, startCamera } from '@oriel/camera';
import { serve } from './remote-process.ts';

export interface CameraMethods {
  /** One more. Resolves with its address once it can be played. */
  start(options: CameraOptions): Promise<string>;
}

const cameras: RunningCamera[] = [];

serve<CameraMethods>(
  {
    start: async (options) => {
      const camera = await startCamera(options);
      cameras.push(camera);
      return camera.url();
    },
  },
  async () => {
    await Promise.all(cameras.map((camera) => camera.close()));
  },
);
