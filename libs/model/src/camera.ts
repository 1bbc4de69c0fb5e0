/** The source of a camera's pictures. More kinds will follow, so readers must handle each kind explicitly. */
export type CameraSource = RtspSource;

export interface RtspSource {
  readonly kind: 'rtsp';
  /** The URL without user-info. */
  readonly url: string;
  /** Kept out of the URL, so that printing a URL cannot leak them. */
  readonly credentials: { readonly username: string; readonly password: string } | undefined;
  readonly transport: 'tcp' | 'udp' | 'auto' | 'http';
  /** For rtsps: what is trusted besides the certificates of public authorities; undefined for nothing else. */
  readonly tls?: { readonly fingerprint256: string } | { readonly insecure: true };
  /** Ceiling of the back-off. */
  readonly reconnectIntervalMs: number;
}

/** The settings that a person makes for a camera. */
export interface CameraSettings {
  /** See {@link isCameraId}. */
  readonly id: string;
  readonly name: string;
  readonly source: CameraSource;
  /** Maximum of its video that the media Redis holds. */
  readonly bufferSizeBytes: number;
  readonly transcoding: {
    /** JPEG quality 1-100, IJG scale. */
    readonly quality: number;
    /** Maximum frames per second for any viewer. */
    readonly framerate: number;
    /** Pictures older than this are not shown. */
    readonly maxLatencyMs: number;
  };
}

export interface Camera extends CameraSettings {
  /** Grows from 1 with every change of the camera. */
  readonly version: number;
}
