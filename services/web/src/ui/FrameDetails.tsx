import type { CameraFeed, FeedSnapshot } from '../live/camera-feed.ts';
import { AgeChart } from './AgeChart.tsx';
import { AgeParts } from './AgeParts.tsx';
import { LATE_MS } from './CameraTile.tsx';
import { useLivePage } from './live-page.ts';
import { bitrateText, countText, durationText, framesPerSecondText, NOTHING, resolutionText } from './readings-text.ts';

/** Everything that is known about the pictures of one camera. */
export function FrameDetails({ feed, snapshot }: { feed: CameraFeed; snapshot: FeedSnapshot }) {
  const { connection } = useLivePage();
  const { view, readings, header } = snapshot;
  return (
    <aside className="single-details" aria-label="Details">
      <section>
        <h2>
          Frame age
          <output data-late={(readings.ageMs ?? 0) > LATE_MS || undefined}>{durationText(readings.ageMs)}</output>
        </h2>
        <AgeChart agesMs={feed.ageHistory.oldestFirst()} />
        <AgeParts readings={readings} />
      </section>
      <section>
        <h2>Picture</h2>
        <Rows
          rows={[
            ['Rendition', header?.rendition ?? NOTHING],
            ['Resolution', resolutionText(header)],
            ['Bitrate', bitrateText(readings.bitsPerSecond)],
            ['Dropped', countText(readings.droppedFrames)],
            ['Undecodable', countText(readings.undecodableFrames)],
            ['Round trip', durationText(connection.clock.roundTripMs)],
          ]}
        />
      </section>
      <section>
        <h2>Camera</h2>
        <Rows
          rows={[
            ['Codec', view.codec?.toUpperCase().replace('H26', 'H.26') ?? NOTHING],
            ['Resolution', resolutionText(view)],
            ['Framerate', view.framerate === undefined ? NOTHING : `${framesPerSecondText(view.framerate)} fps`],
            ['Bitrate', view.bitrateKbps === undefined ? NOTHING : bitrateText(view.bitrateKbps * 1_000)],
            ['Transport', view.transport?.toUpperCase() ?? NOTHING],
            ['Reconnects', view.reconnects === undefined ? NOTHING : countText(view.reconnects)],
          ]}
        />
        {view.warning && <p className="warning">{view.warning}</p>}
      </section>
    </aside>
  );
}

function Rows({ rows }: { rows: readonly (readonly [name: string, value: string])[] }) {
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
