import { LoaderCircle, type LucideIcon, Plug, ShieldAlert, Snowflake, VideoOff, WifiOff } from 'lucide-react';
import type { CameraCondition, ConditionKind } from '../live/camera-condition.ts';
import type { CameraFeed, FeedSnapshot } from '../live/camera-feed.ts';

/** Overlay on a picture that is not live: what is wrong, why, and what happens next. */
export function ConditionNotice({ feed, snapshot }: { feed: CameraFeed; snapshot: FeedSnapshot }) {
  const { condition, view } = snapshot;
  if (condition.kind === 'live') return null;
  // The banner reports this for all cameras at once; the old pictures stay visible.
  if (condition.kind === 'unknown' && snapshot.hasPicture) return null;
  const Icon = ICONS[condition.kind];
  return (
    <div
      className="notice"
      data-kind={condition.kind}
      data-quiet={condition.kind === 'frozen' || undefined}
      role="status"
    >
      <Icon className="notice-icon" aria-hidden="true" />
      <p className="notice-title">{titleOf(condition)}</p>
      {condition.kind !== 'frozen' && condition.detail && <p className="notice-detail">{condition.detail}</p>}
      <NextTry condition={condition} />
      {condition.kind === 'stopped' && (
        <button
          type="button"
          className="button button-primary"
          aria-label={`Connect ${view.name}`}
          onClick={() => feed.setWanted(true)}
        >
          <Plug aria-hidden="true" />
          Connect
        </button>
      )}
    </div>
  );
}

function titleOf({ kind, label, detail }: CameraCondition): string | undefined {
  if (kind === 'frozen') return detail;
  return kind === 'unshown' ? label : TITLES[kind];
}

function NextTry({ condition }: { condition: CameraCondition }) {
  const seconds = condition.nextTryInSeconds;
  if (seconds === undefined) return null;
  // Hidden from screen readers, which would read out the countdown.
  return (
    <p className="notice-next" aria-hidden="true">
      {seconds > 0 ? `Next try in ${seconds} s` : 'Trying now…'}
    </p>
  );
}

const TITLES: Record<Exclude<ConditionKind, 'unshown'>, string> = {
  live: 'Live',
  starting: 'Waiting for the first picture',
  frozen: 'Frozen',
  connecting: 'Connecting to the camera',
  stalled: 'Picture stalled',
  offline: 'Camera offline',
  stopped: 'Disconnected',
  unknown: 'Waiting for Oriel',
  refused: 'No picture',
};

const ICONS: Record<ConditionKind, LucideIcon> = {
  live: LoaderCircle,
  starting: LoaderCircle,
  frozen: Snowflake,
  connecting: LoaderCircle,
  stalled: LoaderCircle,
  unshown: VideoOff,
  offline: VideoOff,
  stopped: Plug,
  unknown: WifiOff,
  refused: ShieldAlert,
};
