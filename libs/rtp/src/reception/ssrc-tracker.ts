/**
 * Which RTP source is the stream. The SSRC of SDP, Transport or RTP-Info is often wrong, so the first packet decides.
 *
 * A new SSRC takes over at once, because Uniview changes it at each GOP. If the former source then continues where it was, two
 * sources share one channel (a stale session of an old live555): the former stays, and the other is dropped while the former
 * is heard.
 */
import { sequenceDistance } from '../packet/distance.ts';

export type SsrcVerdict = 'same' | 'first' | 'changed' | 'foreign';

export class SsrcTracker {
  #current: Source | undefined;
  #former: Source | undefined;
  #rejectedSsrc: number | undefined;
  /** As SETUP announced. Often wrong, so it only decides between two sources that both send. */
  expectedSsrc: number | undefined;

  /** The source that is the stream; undefined before the first packet. */
  get ssrc(): number | undefined {
    return this.#current?.ssrc;
  }

  /** `changed`: a new source took over, and nothing of the former continues. */
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

/** A source that has been silent for this long is over. */
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
