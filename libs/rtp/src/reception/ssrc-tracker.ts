/**
 * Which RTP source is the stream. The SSRC of SDP, Transport or RTP-Info is often wrong, so the first packet decides.
 *
 * Another SSRC is taken over at once: Uniview changes it at each GOP. But when the former source comes back and goes on where
 * it was, two send on one channel (a stale session of an old live555): then the former is kept and the other dropped for
 * as long as the former is heard.
 */
import { sequenceDistance } from '../packet/distance.ts';

export type SsrcVerdict = 'same' | 'first' | 'changed' | 'foreign';

export class SsrcTracker {
  #current: Source | undefined;
  #former: Source | undefined;
  #rejectedSsrc: number | undefined;
  /** What SETUP announced: often wrong, so it only decides which of two that both send is the right one. */
  expectedSsrc: number | undefined;

  /** The source that is the stream; undefined before the first packet. */
  get ssrc(): number | undefined {
    return this.#current?.ssrc;
  }

  /** `changed`: taken over, and nothing of the former source continues. */
  push(ssrc: number, sequenceNumber: number, arrivalTimeUs: number): SsrcVerdict {
    const current = this.#current;
    if (current === undefined) {
      this.#current = { ssrc, sequenceNumber, arrivalTimeUs };
      return 'first';
    }
    if (ssrc === current.ssrc) {
      current.sequenceNumber = sequenceNumber;
      current.arrivalTimeUs = arrivalTimeUs;
      return 'same';
    }
    const currentIsAlive = arrivalTimeUs - current.arrivalTimeUs <= ALIVE_US;
    if (ssrc === this.#rejectedSsrc && currentIsAlive) return 'foreign';
    if (this.#former !== undefined && isContinuedBy(this.#former, ssrc, sequenceNumber, arrivalTimeUs)) {
      if (current.ssrc === this.expectedSsrc && currentIsAlive) {
        this.#rejectedSsrc = ssrc;
        return 'foreign';
      }
      this.#rejectedSsrc = current.ssrc;
    } else {
      this.#rejectedSsrc = undefined;
    }
    this.#former = current;
    this.#current = { ssrc, sequenceNumber, arrivalTimeUs };
    return 'changed';
  }
}

interface Source {
  readonly ssrc: number;
  sequenceNumber: number;
  arrivalTimeUs: number;
}

/** A source that was silent for so long is over. */
const ALIVE_US = 2_000_000;
const MAX_CONTINUATION_PACKETS = 1_000;

function isContinuedBy(former: Source, ssrc: number, sequenceNumber: number, arrivalTimeUs: number): boolean {
  const ahead = sequenceDistance(former.sequenceNumber, sequenceNumber);
  return (
    ssrc === former.ssrc &&
    ahead > 0 &&
    ahead <= MAX_CONTINUATION_PACKETS &&
    arrivalTimeUs - former.arrivalTimeUs <= ALIVE_US
  );
}
