import type { CameraSettings } from '@oriel/model';

/** Turns up nowhere but in the configuration. */
export const CANARY_PASSWORD = 'canary-in-the-camera';

export function cameraConfig(id: string, transcoding: Partial<CameraSettings['transcoding']> = {}): CameraSettings {
  return {
    id,
    name: `Camera ${id}`,
    source: {
      kind: 'rtsp',
      url: 'rtsp://camera.invalid/stream',
      credentials: { username: 'viewer', password: CANARY_PASSWORD },
      transport: 'tcp',
      reconnectIntervalMs: 5_000,
    },
    bufferSizeBytes: 1_024_000,
    transcoding: { quality: 85, framerate: 30, maxLatencyMs: 200, ...transcoding },
  };
}
