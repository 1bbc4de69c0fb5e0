/** A camera as API and page show it: its configuration merged with what ingest and transcoders report. */

import type { CameraStatus, PictureTrouble } from '@oriel/control';
import type { CameraSettings } from '@oriel/model';
import type { CameraView } from '@oriel/stream-protocol';
import type { PictureKnowledge } from './camera-pictures.ts';

export interface CameraKnowledge {
  /** Undefined until an ingest service has reported. */
  readonly status: CameraStatus | undefined;
  /** Whether the ingest instance that reported the status is still alive. */
  readonly isHeld: boolean;
  /** Shown while no ingest service holds the camera. */
  readonly whyNoIngest: PictureTrouble;
  readonly pictures: PictureKnowledge;
}

/** Copies field by field, so that fields added to a status or a configuration later do not leak to viewers. */
export function cameraView(
  camera: CameraSettings,
  { status, isHeld, whyNoIngest, pictures }: CameraKnowledge,
): CameraView {
  const { id, name } = camera;
  if (status === undefined) {
    return { id, name, state: 'connecting', reason: whyNoIngest.message, reasonCode: whyNoIngest.code };
  }
  if (!isHeld) {
    const reason = 'The ingest service that held this camera is gone. Another one takes over as soon as there is one.';
    return { id, name, state: 'offline', reason, reasonCode: 'no-ingest' };
  }
  const isLive = status.state === 'live';
  const trouble = isLive ? pictures.trouble : undefined;
  const isShown = isLive && trouble === undefined;
  return {
    id,
    name,
    state: trouble === undefined ? status.state : 'stalled',
    reason: trouble?.message ?? (status.reason === '' ? undefined : status.reason),
    reasonCode: trouble?.code ?? status.reasonCode,
    warning: warningOf(status, isShown ? pictures : undefined),
    frameShare: isShown ? pictures.frameShare : undefined,
    codec: status.codec,
    width: status.width,
    height: status.height,
    framerate: status.framerate,
    bitrateKbps: status.bitrateKbps,
    transport: status.transport,
    reconnects: status.reconnects,
    sinceMs: trouble === undefined ? status.sinceMs : undefined,
    nextAttemptAtMs: status.nextAttemptAtMs,
  };
}

function warningOf({ warning }: CameraStatus, pictures: PictureKnowledge | undefined): string | undefined {
  if (pictures?.frameShare === undefined) return warning;
  const percent = Math.max(1, Math.round(pictures.frameShare * 100));
  const short = pictures.keyframesOnly
    ? `Shown at ${percent} % of its frame rate, keyframes only: to decode it all takes more cores than there are for it.`
    : `Shown at ${percent} % of its frame rate: there are too few cores for all the cameras that are watched.`;
  return warning === undefined ? short : `${short} ${warning}`;
}
