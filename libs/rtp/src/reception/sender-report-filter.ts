/**
 * Which sender reports are of the stream. Tapo C320WS reports under another SSRC than it sends video with: such reports are
 * taken as long as no better ones come and all have the same one.
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

  /** The media SSRC changed: reports of the former are foreign now. */
  restart(): void {
    this.#foreignSsrc = undefined;
    this.#isMixed = false;
    this.#hasMatched = false;
  }
}
