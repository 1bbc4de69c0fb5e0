/** The configuration that the benches run a local stack with: any number of cameras, all of them at one address. */
import type { LocalStackOptions } from '@oriel/local-stack';

type Config = LocalStackOptions['config'];

export interface BenchCamera {
  readonly id: string;
  readonly url: string;
  readonly bufferSizeBytes: number;
  /** Most pictures a second that are shown. */
  readonly framerate: number;
  readonly quality: number;
}

/** As config.example.toml has it, but for the cameras. */
export function localConfig(cameras: readonly BenchCamera[]): Config {
  return {
    server: { host: '127.0.0.1', port: 0, trustedProxies: [] },
    cameras: cameras.map(({ id, url, bufferSizeBytes, framerate, quality }) => ({
      id,
      name: id,
      source: { kind: 'rtsp', url, credentials: undefined, transport: 'tcp', reconnectIntervalMs: 5000 },
      bufferSizeBytes,
      transcoding: { quality, framerate, maxLatencyMs: 200 },
    })),
    auth: 'none',
    redis: { controlUrl: '', mediaUrl: '' },
    transcoder: { engine: 'libav', maxCameras: 1000 },
    ingest: { maxCameras: 1000 },
    health: { host: '127.0.0.1', port: 0 },
  };
}
