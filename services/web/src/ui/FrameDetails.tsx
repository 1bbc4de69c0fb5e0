import type { FeedSnapshot } from '../live/camera-feed.ts';
import { bitrateText, countText, durationText, framesPerSecondText, NOTHING, resolutionText } from './readings-text.ts';

/** Everything that is known about the pictures of one camera. */
export function FrameDetails({ snapshot, roundTripMs }: { snapshot: FeedSnapshot; roundTripMs: number | undefined }) {
  const { view, readings, header } = snapshot;
  const rows: [string, string][] = [
    ['Shown', `${resolutionText(header)} at ${framesPerSecondText(readings.framesPerSecond)} fps`],
    ['Rendition', header?.rendition ?? NOTHING],
    ['Received', bitrateText(readings.bitsPerSecond)],
    ['Frame age', durationText(readings.ageMs)],
    ['· to the gateway', durationText(readings.serverMs)],
    ['· on the network', durationText(readings.networkMs)],
    ['· decoded and drawn', durationText(readings.drawMs)],
    ['Frames', countText(readings.shownFrames)],
    ['Dropped', countText(readings.droppedFrames)],
    ...(readings.undecodableFrames > 0
      ? [['Undecodable', countText(readings.undecodableFrames)] as [string, string]]
      : []),
    ['Camera', cameraText(snapshot)],
    ['Camera bitrate', view.bitrateKbps === undefined ? NOTHING : bitrateText(view.bitrateKbps * 1_000)],
    ['Transport', view.transport?.toUpperCase() ?? NOTHING],
    ['Reconnects', view.reconnects === undefined ? NOTHING : countText(view.reconnects)],
    ['Round trip', durationText(roundTripMs)],
  ];
  return (
    <dl className="details">
      {rows.map(([name, value]) => (
        <div className="details-row" key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function cameraText({ view }: FeedSnapshot): string {
  const parts = [
    view.codec?.toUpperCase().replace('H26', 'H.26'),
    view.width && view.height ? resolutionText(view) : undefined,
    view.framerate === undefined ? undefined : `${framesPerSecondText(view.framerate)} fps`,
  ].filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join(', ') : NOTHING;
}
