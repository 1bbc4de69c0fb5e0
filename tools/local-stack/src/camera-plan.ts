import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { freePort } from './ports.ts';
import { environmentForServices } from './service-plan.ts';
import type { ProcessPlan } from './supervised-process.ts';

/** Plans the camera simulator, for people without a camera. Its address survives restarts. */
export async function planCamera(): Promise<{ url: string; plan: ProcessPlan }> {
  const port = await freePort();
  let isListening = false;
  const plan: ProcessPlan = {
    name: 'camera',
    command: process.execPath,
    args: ['--enable-source-maps', CAMERA, String(port)],
    env: () => {
      isListening = false;
      return environmentForServices();
    },
    hasChannel: true,
    endsLast: false,
    onMessage: () => {
      isListening = true;
    },
    problem: async () => (isListening ? undefined : 'does not listen yet'),
  };
  return { url: `rtsp://127.0.0.1:${port}/cam1`, plan };
}

export function isCameraBuilt(): boolean {
  return existsSync(fileURLToPath(new URL('../../camera/dist/index.js', import.meta.url)));
}

const CAMERA = fileURLToPath(new URL('../dist/camera-process.js', import.meta.url));
