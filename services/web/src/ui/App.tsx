import { useEffect, useMemo, useRef, useState } from 'react';
import { ConnectionBanner } from './ConnectionBanner.tsx';
import { useDirectory } from './live-page.ts';
import { Overview } from './Overview.tsx';
import { SingleView } from './SingleView.tsx';
import { TopBar } from './TopBar.tsx';
import { useFullscreen } from './use-fullscreen.ts';
import { useIdle } from './use-idle.ts';
import { openGrid, switchCamera, useRoute } from './use-route.ts';
import { useShortcuts } from './use-shortcuts.ts';
import { useWakeLock } from './use-wake-lock.ts';

const IDLE_MS = 3_000;

/** Shows all cameras or a single one; with only one camera there is no grid. */
export function App() {
  const { feeds } = useDirectory();
  const { cameraId } = useRoute();
  const [showsDetails, setShowsDetails] = useState(false);
  const { isFullscreen, toggle: toggleFullscreen } = useFullscreen();
  const isIdle = useIdle(IDLE_MS);
  useWakeLock(isFullscreen);
  const cameFrom = useRef<string>(undefined);

  const isOnly = feeds.length === 1;
  const feed = cameraId === undefined ? (isOnly ? feeds[0] : undefined) : feeds.find(({ id }) => id === cameraId);
  const hasGrid = !(isOnly && feed);

  useEffect(() => {
    if (cameraId !== undefined) cameFrom.current = cameraId;
  }, [cameraId]);

  const name = feed?.snapshot.view.name;
  useEffect(() => {
    document.title = name === undefined ? 'Oriel' : `${name} – Oriel`;
  }, [name]);

  const actions = useMemo(() => {
    const toNeighbour = (step: 1 | -1) => {
      const index = feeds.findIndex(({ id }) => id === feed?.id);
      const next = feeds[(index + step + feeds.length) % feeds.length];
      if (next) switchCamera(next.id);
    };
    return {
      toggleDetails: () => setShowsDetails((shows) => !shows),
      onBack: cameraId !== undefined && hasGrid ? openGrid : undefined,
      onNeighbour: feed && feeds.length > 1 ? toNeighbour : undefined,
    };
  }, [cameraId, feed, feeds, hasGrid]);

  useShortcuts(
    useMemo(
      () =>
        new Map([
          ['i', actions.toggleDetails],
          ['f', toggleFullscreen],
          // In full screen, Escape belongs to the browser, which leaves full screen.
          ['Escape', isFullscreen ? undefined : actions.onBack],
          ['ArrowLeft', actions.onNeighbour && (() => actions.onNeighbour?.(-1))],
          ['ArrowRight', actions.onNeighbour && (() => actions.onNeighbour?.(1))],
        ]),
      [actions, isFullscreen, toggleFullscreen],
    ),
  );

  const view = {
    showsDetails,
    onToggleDetails: actions.toggleDetails,
    isFullscreen,
    onToggleFullscreen: toggleFullscreen,
  };
  return (
    <div className="app" data-fullscreen={isFullscreen || undefined} data-idle={isIdle || undefined}>
      <ConnectionBanner />
      {feed ? (
        <SingleView key={feed.id} feed={feed} onBack={actions.onBack} onNeighbour={actions.onNeighbour} {...view} />
      ) : (
        <>
          <TopBar feeds={feeds} {...view} />
          <Overview unknownId={cameraId} cameFrom={cameFrom.current} showsDetails={showsDetails} />
        </>
      )}
    </div>
  );
}
