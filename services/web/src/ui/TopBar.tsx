import { Info, Maximize, Minimize } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import type { CameraFeed } from '../live/camera-feed.ts';
import { IconButton } from './IconButton.tsx';
import { useConnectionState } from './live-page.ts';
import { OrielMark } from './OrielMark.tsx';

interface TopBarProps {
  feeds: readonly CameraFeed[];
  showsDetails: boolean;
  onToggleDetails: () => void;
  isFullscreen: boolean;
  /** Absent if the browser cannot show full screen. */
  onToggleFullscreen: (() => void) | undefined;
}

/** Above the grid: the product's name, how many cameras are live, and whether Oriel itself can be reached. */
export function TopBar({ feeds, showsDetails, onToggleDetails, isFullscreen, onToggleFullscreen }: TopBarProps) {
  const { status } = useConnectionState();
  return (
    <header className="top-bar">
      <a className="brand" href="/">
        <OrielMark />
        Oriel
      </a>
      <span className="spacer" />
      {feeds.length > 0 && <LiveCount feeds={feeds} />}
      <span className="link-state" data-status={status}>
        <span className="status-dot" />
        {LINK_TEXTS[status]}
      </span>
      <span className="button-group">
        <IconButton icon={Info} label="Details" shortcut="I" isPressed={showsDetails} onClick={onToggleDetails} />
        {onToggleFullscreen && (
          <IconButton
            icon={isFullscreen ? Minimize : Maximize}
            label={isFullscreen ? 'Leave full screen' : 'Full screen'}
            shortcut="F"
            onClick={onToggleFullscreen}
          />
        )}
      </span>
    </header>
  );
}

const LINK_TEXTS = { connecting: 'Connecting', connected: 'Connected', lost: 'Reconnecting', refused: 'Refused' };

function LiveCount({ feeds }: { feeds: readonly CameraFeed[] }) {
  const live = useSyncExternalStore(
    (listener) => subscribeAll(feeds, listener),
    () => feeds.filter((feed) => LIVE_KINDS.has(feed.snapshot.condition.kind)).length,
  );
  return (
    <span className="live-count">
      <b>{live}</b> of {feeds.length} live
    </span>
  );
}

const LIVE_KINDS: ReadonlySet<string> = new Set(['live', 'starting']);

function subscribeAll(feeds: readonly CameraFeed[], listener: () => void): () => void {
  const endings = feeds.map((feed) => feed.subscribe(listener));
  return () => {
    for (const end of endings) end();
  };
}
