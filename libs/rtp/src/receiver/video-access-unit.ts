import type { VideoCodec } from '@oriel/model';

/** One coded picture with all its NAL units. */
export interface VideoAccessUnit {
  readonly codec: VideoCodec;
  /** Annex B byte stream; every keyframe begins with parameter sets (in-band ones or those of the SDP). Owned by the receiver. */
  readonly data: Uint8Array;
  /** Decoding can start here: IDR, or recovery point with recovery_frame_cnt 0. */
  readonly isKeyframe: boolean;
  /** Unwrapped RTP timestamp, ticks of the 90 kHz clock (RFC 3550 §5.1). */
  readonly rtpTimeTicks: number;
  /** When its last packet was read from the socket, microseconds since the Unix epoch. */
  readonly arrivalTimeUs: number;
  /** From RTCP sender reports; undefined until the first. Microseconds since the Unix epoch by the camera's clock. */
  readonly captureTimeUs: number | undefined;
  /** Packets lost since the previous access unit. */
  readonly lostPacketsBefore: number;
  /** First of a session, after a timestamp jump, or after an SSRC change. */
  readonly discontinuity: boolean;
  /** From the active sequence parameter set, after cropping; 0 while unknown. */
  readonly width: number;
  readonly height: number;
  /** Parts may be missing: it was unfinished when the stream ended. */
  readonly isDamaged?: boolean;
}
