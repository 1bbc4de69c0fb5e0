import type { SessionTimeouts } from '../api.ts';
import type { Clock } from '../clock.ts';
import type { DeviationLog } from '../deviation-log.ts';
import type { Ending } from './ending.ts';

/** What all parts of one attempt share. */
export interface AttemptScope {
  /** Host and port of the camera, for errors. */
  readonly peer: string;
  readonly clock: Clock;
  readonly timeouts: SessionTimeouts;
  readonly deviations: DeviationLog;
  readonly ending: Ending;
}
