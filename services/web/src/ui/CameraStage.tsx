import { type ReactNode, useRef } from 'react';
import type { CameraFeed, FeedSnapshot } from '../live/camera-feed.ts';
import { ConditionNotice } from './ConditionNotice.tsx';
import { usePicturePlace } from './use-picture-place.ts';

interface CameraStageProps {
  feed: CameraFeed;
  snapshot: FeedSnapshot;
  children?: ReactNode;
  onDoubleClick?: (() => void) | undefined;
}

/**
 * The picture and the notices over it. The picture is drawn outside React; the attributes are for tests and kiosk
 * scripts.
 */
export function CameraStage({ feed, snapshot, children, onDoubleClick }: CameraStageProps) {
  const host = useRef<HTMLDivElement>(null);
  usePicturePlace(feed, host);
  const { condition, readings, header } = snapshot;
  return (
    <section
      className="stage"
      aria-label={`${snapshot.view.name}: ${condition.label}`}
      data-camera={feed.id}
      data-condition={condition.kind}
      data-has-picture={snapshot.hasPicture}
      data-frames={readings.shownFrames}
      data-dropped={readings.droppedFrames}
      data-fps={readings.framesPerSecond.toFixed(1)}
      data-age-ms={readings.ageMs === undefined ? '' : Math.round(readings.ageMs)}
      data-rendition={header?.rendition ?? ''}
      onDoubleClick={onDoubleClick}
    >
      <div className="stage-picture" ref={host} />
      <ConditionNotice feed={feed} snapshot={snapshot} />
      {children}
    </section>
  );
}
