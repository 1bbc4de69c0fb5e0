import { AGE_HISTORY_SAMPLES } from '../live/age-history.ts';
import { durationText } from './readings-text.ts';

/** Frame age over the last minute. Oriel promises a line that stays low and flat. */
export function AgeChart({ agesMs }: { agesMs: Float32Array }) {
  const highestMs = agesMs.reduce((highest, ageMs) => Math.max(highest, ageMs || 0), LEAST_SCALE_MS);
  return (
    <figure className="age-chart">
      <svg viewBox={`0 0 ${AGE_HISTORY_SAMPLES - 1} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <path d={linePath(agesMs, highestMs)} vectorEffect="non-scaling-stroke" />
      </svg>
      <figcaption>
        <span>Last minute</span>
        <span>up to {durationText(highestMs)}</span>
      </figcaption>
    </figure>
  );
}

const HEIGHT = 40;

/** The scale does not shrink below this, so that noise of a few milliseconds does not look like mountains. */
const LEAST_SCALE_MS = 100;

function linePath(agesMs: Float32Array, highestMs: number): string {
  let path = '';
  let isBroken = true;
  for (const [x, ageMs] of agesMs.entries()) {
    if (Number.isNaN(ageMs)) {
      isBroken = true;
      continue;
    }
    path += `${isBroken ? 'M' : 'L'}${x} ${(HEIGHT - 1 - (ageMs / highestMs) * (HEIGHT - 2)).toFixed(1)}`;
    isBroken = false;
  }
  return path;
}
