/** What is wrong with the bytes of a connection, in a camera owner's words. */
import type { Routing } from '../transport/interleaved-channels.ts';
import type { DeviationLog } from './deviation-log.ts';

/** @param isSetUp Whether a stream of this session exists: before that no frame can be its own. */
export function noteRouting(routing: Routing, isSetUp: boolean, deviations: DeviationLog): void {
  if (routing === 'rerouted') {
    deviations.note('channel-mixed', 'The camera mixes media and its reports on one channel');
  } else if (routing === 'empty') {
    deviations.count('empty-frame');
  } else if (routing === 'unassigned' && isSetUp) {
    deviations.note('channel-unassigned', 'The camera sends on a channel that was not asked for');
  } else if (routing === 'unassigned') {
    deviations.note('stale-session', 'The camera sends data of an earlier session, which its firmware does not end');
  }
}

export const PARSER_FAULTS: Readonly<Record<string, string>> = {
  'content-length-too-large': 'The camera states a wrong length for its description',
  'content-length-missing': 'The camera does not state the length of its description',
  'header-line-without-colon': 'The camera sends a header line that cannot be read',
  'unknown-rtsp-version': 'The camera states a version of RTSP that is not known',
  resynchronised: 'The camera sent bytes that are not RTSP; they were skipped',
};
