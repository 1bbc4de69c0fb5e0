/** The simulated camera, apart from everything else, so that its CPU time is counted apart. */
import { type CameraOptions, type RunningCamera, startCamera } from '@oriel/camera';
import { serve } from './remote-process.ts';

export interface CameraMethods {
  /** Resolves with its address once it can be played. */
  start(options: CameraOptions): Promise<string>;
}

let camera: RunningCamera | undefined;

serve<CameraMethods>(
  {
    start: async (options) => {
      camera = await startCamera(options);
      return camera.url();
    },
  },
  () => camera?.close(),
);
