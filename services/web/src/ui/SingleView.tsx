import { ArrowLeft, ChevronLeft, ChevronRight, Download, Info, Maximize, Minimize, Plug, Unplug } from 'lucide-react';
import type { CameraFeed } from '../live/camera-feed.ts';
import { CameraStage } from './CameraStage.tsx';
import { LATE_MS } from './CameraTile.tsx';
import { FrameDetails } from './FrameDetails.tsx';
import { IconButton } from './IconButton.tsx';
import { useFeed } from './live-page.ts';
import { Reading } from './Reading.tsx';
import { countText, durationText, framesPerSecondText, resolutionText } from './readings-text.ts';
import { StatusPill } from './StatusPill.tsx';
import { savePicture } from './save-picture.ts';
import { WarningSign } from './WarningSign.tsx';

interface SingleViewProps {
  feed: CameraFeed;
  /** Absent if there is only this camera. */
  onBack?: (() => void) | undefined;
  onNeighbour?: ((step: 1 | -1) => void) | undefined;
  showsDetails: boolean;
  onToggleDetails: () => void;
  isFullscreen: boolean;
  /** Absent if the browser cannot show full screen. */
  onToggleFullscreen: (() => void) | undefined;
}

/** One camera, as large as the window. */
export function SingleView(props: SingleViewProps) {
  const { feed, onBack, onNeighbour, showsDetails, isFullscreen } = props;
  const snapshot = useFeed(feed);
  const { view, condition, readings, isWanted } = snapshot;
  return (
    <main className="single">
      <header className="single-bar">
        <div className="single-title">
          {onBack && <IconButton icon={ArrowLeft} label="All cameras" shortcut="Esc" onClick={onBack} />}
          <h1 className="single-name">{view.name}</h1>
          <WarningSign text={view.warning} />
          <StatusPill condition={condition} />
        </div>
        <div className="single-actions">
          {onNeighbour && (
            <>
              <IconButton icon={ChevronLeft} label="Previous camera" shortcut="←" onClick={() => onNeighbour(-1)} />
              <IconButton icon={ChevronRight} label="Next camera" shortcut="→" onClick={() => onNeighbour(1)} />
            </>
          )}
          <button type="button" className="button single-connect" onClick={() => feed.setWanted(!isWanted)}>
            {isWanted ? <Unplug aria-hidden="true" /> : <Plug aria-hidden="true" />}
            {isWanted ? 'Disconnect' : 'Connect'}
          </button>
          <IconButton
            icon={Download}
            label="Save this picture"
            isDisabled={!snapshot.hasPicture}
            onClick={() => void savePicture(feed.surface, view.name)}
          />
          <IconButton
            icon={Info}
            label="Details"
            shortcut="I"
            isPressed={showsDetails}
            onClick={props.onToggleDetails}
          />
          {props.onToggleFullscreen && (
            <IconButton
              icon={isFullscreen ? Minimize : Maximize}
              label={isFullscreen ? 'Leave full screen' : 'Full screen'}
              shortcut="F"
              onClick={props.onToggleFullscreen}
            />
          )}
        </div>
      </header>
      <div className="single-body">
        <CameraStage feed={feed} snapshot={snapshot} onDoubleClick={props.onToggleFullscreen} />
        {showsDetails && <FrameDetails feed={feed} snapshot={snapshot} />}
      </div>
      <footer className="readings">
        <Reading label="Frames per second" value={framesPerSecondText(readings.framesPerSecond)} />
        <Reading label="Frame age" value={durationText(readings.ageMs)} isLate={(readings.ageMs ?? 0) > LATE_MS} />
        <Reading label="Frames" value={countText(readings.shownFrames)} />
        <Reading label="Dropped" value={countText(readings.droppedFrames)} />
        <Reading label="Resolution" value={resolutionText(snapshot.header)} />
      </footer>
    </main>
  );
}
