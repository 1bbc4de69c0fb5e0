import type { CameraSettings, RtspSource } from '@oriel/model';
import { stringify } from 'smol-toml';
import type { OrielConfig } from './oriel-config.ts';
import { writeTrustedProxies } from './trusted-proxies.ts';

/**
 * The text of a `config.toml` that {@link loadConfig} reads back as this configuration. It contains the passwords of
 * cameras and Redis: write it to private files only.
 */
export function configToToml({ server, auth, redis, transcoder, ingest, health, cameras }: OrielConfig): string {
  return stringify({
    auth,
    server: {
      host: server.host,
      port: server.port,
      trusted_proxies: writeTrustedProxies(server.trustedProxies),
    },
    redis: { control_url: redis.controlUrl, media_url: redis.mediaUrl },
    transcoder: { engine: transcoder.engine, ...maxCamerasKey(transcoder) },
    ingest: maxCamerasKey(ingest),
    health: { host: health.host, port: health.port },
    cameras: cameras.map(cameraTable),
  });
}

function maxCamerasKey({ maxCameras }: OrielConfig['ingest']): { max_cameras?: number } {
  return maxCameras === undefined ? {} : { max_cameras: maxCameras };
}

function cameraTable({ id, name, source, bufferSizeBytes, transcoding }: CameraSettings) {
  return {
    id,
    name,
    url: withCredentials(source),
    transport: source.transport,
    ...tlsKeys(source.tls),
    reconnect_interval: source.reconnectIntervalMs / 1000,
    buffer_size: bufferSizeBytes,
    quality: transcoding.quality,
    framerate: transcoding.framerate,
    max_latency_ms: transcoding.maxLatencyMs,
  };
}

function tlsKeys(tls: RtspSource['tls']): { tls_trust?: 'any'; tls_fingerprint?: string } {
  if (tls === undefined) return {};
  return 'insecure' in tls ? { tls_trust: 'any' } : { tls_fingerprint: tls.fingerprint256 };
}

/** Within the address rather than as separate keys: there, an empty user name or password differs from none. */
function withCredentials({ url, credentials }: RtspSource): string {
  if (credentials === undefined) return url;
  const userInfo = [credentials.username, credentials.password].map(encodeURIComponent).join(':');
  return url.replace('://', `://${userInfo}@`);
}
