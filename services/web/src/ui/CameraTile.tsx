import { Unplug } from 'lucide-react';
import type { CameraFeed } from '../live/camera-feed.ts';
import { CameraStage } from './CameraStage.tsx';
import { useFeed } from './live-page.ts';
import { bitrateText, countText, durationText, framesPerSecondText, resolutionText } from './readings-text.ts';
import { cameraPath, openCamera } from './use-route.ts';
import { WarningSign } from './WarningSign.tsx';

/** Age in ms above which a picture no longer shows what happens now. */
export const LATE_MS = 1_000;

/** One camera among others; a click opens it. */
export function CameraTile({ feed, showsDetails }: { feed: CameraFeed; showsDetails: boolean }) {
  const snapshot = useFeed(feed);
  const { view, condition, readings } = snapshot;
  return (
    <article className="tile">
      <CameraStage feed={feed} snapshot={snapshot}>
        {showsDetails && snapshot.header && (
          <p className="tile-details">
            {resolutionText(snapshot.header)} · {bitrateText(readings.bitsPerSecond)}
            <br />
            {countText(readings.shownFrames)} frames · {countText(readings.droppedFrames)} dropped
          </p>
        )}
        <a
          className="tile-link"
          href={cameraPath(feed.id)}
          // A small tile has no room for the reason.
          title={condition.detail}
          data-tile={feed.id}
          onClick={(event) => {
            // Ctrl, Cmd and middle click open a new tab, as for any link.
            if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
            event.preventDefault();
            openCamera(feed.id);
          }}
        >
          <span className="visually-hidden">Open {view.name}</span>
        </a>
        <footer className="tile-caption" data-kind={condition.kind}>
          <span className="status-dot" />
          <h2 className="tile-name">{view.name}</h2>
          <WarningSign text={view.warning} />
          {condition.kind === 'live' ? (
            <p className="tile-readings">
              <span>{framesPerSecondText(readings.framesPerSecond)} fps</span>
              <span className="tile-age" data-late={(readings.ageMs ?? 0) > LATE_MS || undefined}>
                {durationText(readings.ageMs)}
              </span>
            </p>
          ) : (
            <p className="tile-state">{condition.label}</p>
          )}
        </footer>
        {snapshot.isWanted && (
          <button
            type="button"
            className="icon-button tile-disconnect"
            aria-label={`Disconnect ${view.name}`}
            title="Disconnect"
            onClick={() => feed.setWanted(false)}
          >
            <Unplug aria-hidden="true" />
          </button>
        )}
      </CameraStage>
    </article>
  );
}
