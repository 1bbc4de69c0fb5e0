import type { CameraCondition } from '../live/camera-condition.ts';

/** The camera's state in one word, with a dot in the matching colour. */
export function StatusPill({ condition }: { condition: CameraCondition }) {
  return (
    <span className="status-pill" data-kind={condition.kind}>
      <span className="status-dot" />
      {condition.label}
    </span>
  );
}
