/** Says in plain words what a camera's picture is worth right now. */
import type { CameraView } from '@oriel/stream-protocol';

export type ConditionKind =
  | 'live'
  /** The camera is live, its first picture on the way. */
  | 'starting'
  /** The camera counts as live, but no picture has come for a while. */
  | 'frozen'
  | 'connecting'
  | 'stalled'
  /** The camera sends video, but Oriel makes no picture of it. */
  | 'unshown'
  | 'offline'
  /** The user disconnected the camera on this page. */
  | 'stopped'
  /** There is no connection to the gateway, so nothing is known about the camera. */
  | 'unknown'
  /** The gateway refuses to send this page the picture. */
  | 'refused';

export interface CameraCondition {
  readonly kind: ConditionKind;
  /** One or two words, for the status pill. */
  readonly label: string;
  /** One sentence, where there is something to say. */
  readonly detail?: string;
  /** Whole seconds until the next attempt to reach the camera; 0 means now. */
  readonly nextTryInSeconds?: number;
}

export interface ConditionInputs {
  readonly view: CameraView;
  /** False once the user has disconnected the camera on this page. */
  readonly isWanted: boolean;
  readonly isConnected: boolean;
  /** Why the gateway refused the watch. */
  readonly refusal?: string;
  /** Whether a picture has come since watching began. */
  readonly hasFreshPicture: boolean;
  /** Whether any picture of this camera is on screen, fresh or old. */
  readonly hasPicture: boolean;
  /** Time since the last picture, or since watching began, ms. */
  readonly silentMs: number;
  readonly usualIntervalMs?: number;
  /** The gateway's clock, ms since the Unix epoch; undefined while unknown. */
  readonly serverNowMs?: number;
}

export function cameraCondition(inputs: ConditionInputs): CameraCondition {
  const { view } = inputs;
  if (!inputs.isWanted) return { kind: 'stopped', label: 'Disconnected', detail: 'You disconnected it on this page.' };
  if (!inputs.isConnected) return { kind: 'unknown', label: 'Waiting' };
  if (inputs.refusal !== undefined) return { kind: 'refused', label: 'Refused', detail: sentence(inputs.refusal) };

  switch (view.state) {
    case 'live':
      return pictureCondition(inputs);
    case 'connecting':
      return { kind: 'connecting', label: 'Connecting', ...reason(view), ...nextTry(inputs) };
    case 'stalled':
      // Ingest reports `stalled` for a camera that falls silent. Any other code means that the camera is not to blame.
      if (view.reasonCode !== undefined && view.reasonCode !== 'stalled') return unshownCondition(view);
      return { kind: 'stalled', label: 'Stalled', ...reason(view, 'The camera stopped sending.'), ...nextTry(inputs) };
    case 'offline':
      return {
        kind: 'offline',
        label: 'Offline',
        ...reason(view, 'The camera cannot be reached.'),
        ...nextTry(inputs),
      };
  }
}

/** Shorter silences of a live camera are not reported. */
const FROZEN_MS = 3_000;

/** A camera that sends one picture in five seconds is not frozen after three. */
const FROZEN_INTERVALS = 3;

function pictureCondition({
  hasFreshPicture,
  hasPicture,
  silentMs,
  usualIntervalMs = 0,
}: ConditionInputs): CameraCondition {
  // Nothing can be frozen without a picture. If the first one is late, the gateway reports another state.
  if (hasPicture && silentMs >= Math.max(FROZEN_MS, FROZEN_INTERVALS * usualIntervalMs)) {
    return { kind: 'frozen', label: 'Frozen', detail: `No picture for ${Math.floor(silentMs / 1000)} s` };
  }
  return hasFreshPicture ? { kind: 'live', label: 'Live' } : { kind: 'starting', label: 'Starting' };
}

function unshownCondition(view: CameraView): CameraCondition {
  return { kind: 'unshown', label: UNSHOWN_LABELS[view.reasonCode ?? ''] ?? 'No picture', ...reason(view) };
}

/** Fit the smallest tile, which has no room for the reason. */
const UNSHOWN_LABELS: Readonly<Record<string, string>> = {
  'no-transcoder': 'No transcoder',
  'no-transcoder-room': 'Transcoders are full',
  'too-large': 'Picture too large',
  'not-decodable': 'Cannot be decoded',
  'too-few-cores': 'Too few cores',
  'awaits-keyframe': 'Waiting for a keyframe',
};

function reason(view: CameraView, otherwise?: string): { detail?: string } {
  if (view.reason) return { detail: sentence(view.reason) };
  return otherwise === undefined ? {} : { detail: otherwise };
}

function nextTry({ view, serverNowMs }: ConditionInputs): { nextTryInSeconds?: number } {
  if (view.nextAttemptAtMs === undefined || serverNowMs === undefined) return {};
  return { nextTryInSeconds: Math.max(0, Math.ceil((view.nextAttemptAtMs - serverNowMs) / 1000)) };
}

/** Turns a reason, which may be a clause written for logs, into a sentence with a capital and a full stop. */
function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(capital) ? capital : `${capital}.`;
}
