import type { CameraSettings } from '@oriel/model';

/**
 * The validated configuration with all defaults filled in. Durations in ms, sizes in bytes, whatever units the file
 * uses.
 */
export interface OrielConfig {
  readonly server: {
    readonly host: string;
    readonly port: number;
    /** Networks in CIDR notation whose `X-Forwarded-For` is trusted. */
    readonly trustedProxies: readonly string[];
  };
  /** From `[rtsp]` (camera `default`) and `[[cameras]]`, in the order of the file. */
  readonly cameras: readonly CameraSettings[];
  readonly auth: 'none' | 'required';
  readonly redis: { readonly controlUrl: string; readonly mediaUrl: string };
  /** `maxCameras` undefined: derived from the cores that the process may use. */
  readonly transcoder: { readonly engine: 'libav' | 'ffmpeg'; readonly maxCameras: number | undefined };
  readonly ingest: { readonly maxCameras: number | undefined };
  /** Host and port of the health and metrics server of ingest and transcoder; port 0 picks a free one. */
  readonly health: { readonly host: string; readonly port: number };
}

/**
 * A fault and the key as the user wrote it: `rtsp.transport`, `cameras[1].url`, `ORIEL_SERVER_PORT`. Never contains a
 * secret.
 */
export interface ConfigFault {
  readonly key: string;
  readonly message: string;
}
