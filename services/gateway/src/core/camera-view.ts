/** A camera in the words of API and page: its configuration, what ingest says of it, and what its transcoder gets through. */
import type { CameraConfig } from '@oriel/config';
import type { CameraStatus } from '@oriel/control';
import type { CameraView } from '@oriel/stream-protocol';

export interface CameraKnowledge {
  /** Undefined while no ingest has said anything. */
  readonly status: CameraStatus | undefined;
  /** Whether the ingest that said it is there. */
  readonly isHeld: boolean;
  /** Share of the wanted frames that its transcoder makes, 0 to 1; undefined while it makes all. */
  readonly frameShare: number | undefined;
}

/** Field by field, so that nothing a status or a configuration comes to hold later slips out. */
export function cameraView(camera: CameraConfig, { status, isHeld, frameShare }: CameraKnowledge): CameraView {
  const { id, name } = camera;
  if (status === undefined) {
    const reason = 'No ingest service has taken this camera yet.';
    return { id, name, state: 'connecting', reason, reasonCode: 'no-ingest' };
  }
  if (!isHeld) {
    const reason = 'The ingest service that held this camera is gone. Another one takes over as soon as there is one.';
    return { id, name, state: 'offline', reason, reasonCode: 'no-ingest' };
  }
  const shownShare = status.state === 'live' ? frameShare : undefined;
  return {
    id,
    name,
    state: status.state,
    reason: status.reason === '' ? undefined : status.reason,
    reasonCode: status.reasonCode,
    warning: warningOf(status, shownShare),
    frameShare: shownShare,
    codec: status.codec,
    width: status.width,
    height: status.height,
    framerate: status.framerate,
    bitrateKbps: status.bitrateKbps,
    transport: status.transport,
    reconnects: status.reconnects,
    sinceMs: status.sinceMs,
    nextAttemptAtMs: status.nextAttemptAtMs,
  };
}

function warningOf({ warning }: CameraStatus, frameShare: number | undefined): string | undefined {
  if (frameShare === undefined) return warning;
  const percent = Math.round(frameShare * 100);
  const short = `Shown at ${percent} % of its frame rate: there are too few cores for all the cameras that are watched.`;
  return warning === undefined ? short : `${short} ${warning}`;
}
