import type { FrameReadings } from '../live/frame-statistics.ts';
import { durationText } from './readings-text.ts';

/** Where the age of a picture comes from, as a bar of three parts. */
export function AgeParts({ readings }: { readings: FrameReadings }) {
  const parts = [
    { name: 'Camera to gateway', durationMs: readings.serverMs },
    { name: 'Network', durationMs: readings.networkMs },
    { name: 'Decoded and drawn', durationMs: readings.drawMs },
  ];
  return (
    <div className="age-parts">
      <div className="age-bar" aria-hidden="true">
        {parts.map(({ name, durationMs }) => (
          <span key={name} style={{ flexGrow: durationMs ?? 0 }} />
        ))}
      </div>
      <dl className="details">
        {parts.map(({ name, durationMs }) => (
          <div className="details-row" key={name}>
            <dt>
              <span className="age-key" />
              {name}
            </dt>
            <dd>{durationText(durationMs)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
