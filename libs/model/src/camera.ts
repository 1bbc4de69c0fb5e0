/** Where the pictures of a camera come from. More kinds will follow; whoever reads one says what it does with each. */
export type CameraSource = RtspSource;

export interface RtspSource {
  readonly kind: 'rtsp';
  /** Without user-info. */
  readonly url: string;
  /** Apart from the URL, so that printing a URL cannot leak it. */
  readonly credentials: { readonly username: string; readonly password: string } | undefined;
  readonly transport: 'tcp' | 'udp' | 'auto' | 'http';
  /** For rtsps, what is trusted beside the certificates of public authorities; undefined for nothing. */
  readonly tls?: { readonly fingerprint256: string } | { readonly insecure: true };
  /** Ceiling of the back-off. */
  readonly reconnectIntervalMs: number;
}

/** What a person decides about a camera. */
export interface CameraSettings {
  /** See {@link isCameraId}. */
  readonly id: string;
  readonly name: string;
  readonly source: CameraSource;
  /** Most of its video that the media Redis holds. */
  readonly bufferSizeBytes: number;
  readonly transcoding: {
    /** JPEG quality 1-100, IJG scale. */
    readonly quality: number;
    /** Most frames per second that anybody gets. */
    readonly framerate: number;
    /** Nothing older than this is shown. */
    readonly maxLatencyMs: number;
  };
}

export interface Camera extends CameraSettings {
  /** Grows with every change of the camera, from 1. */
  readonly version: number;
}
