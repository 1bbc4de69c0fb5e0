/**
 * Decides which sender reports belong to the stream. Tapo C320WS reports under another SSRC than its video's: such reports count
 * while they all share one SSRC and no matching ones come.
 */
export class SenderReportFilter {
  #foreignSsrc: number | undefined;
  #isMixed = false;
  #hasMatched = false;

  /** @param mediaSsrc - Undefined before the first packet: a report may come first. */
  push(ssrc: number, mediaSsrc: number | undefined): 'accepted' | 'accepted-foreign' | 'dropped' {
    if (mediaSsrc === undefined) return 'accepted';
    if (ssrc === mediaSsrc) {
      this.#hasMatched = true;
      return 'accepted';
    }
    this.#foreignSsrc ??= ssrc;
    this.#isMixed ||= ssrc !== this.#foreignSsrc;
    return this.#hasMatched || this.#isMixed ? 'dropped' : 'accepted-foreign';
  }

  /** The media SSRC changed: reports for the former one are foreign now. */
  restart(): void {
    this.#foreignSsrc = undefined;
    this.#isMixed = false;
    this.#hasMatched = false;
  }
}
