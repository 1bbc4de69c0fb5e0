/** Whether a camera marks the end of its pictures: some never do (FLIR M400), some stop (go2rtc#675). */
export class MarkerWatch {
  #markerAtUs: number | undefined;
  #hasSeenMarker = false;
  /** Access units in a row that did not end with a marker. */
  #unmarkedUnits = 0;
  #arrivalTimeUs = 0;

  packet(arrivalTimeUs: number): void {
    this.#markerAtUs ??= arrivalTimeUs;
    this.#arrivalTimeUs = arrivalTimeUs;
  }

  /** @param endsUnit Whether the access unit that it ends is still to be told by {@link unit}. */
  marker(endsUnit: boolean): void {
    this.#markerAtUs = this.#arrivalTimeUs;
    this.#hasSeenMarker = true;
    this.#unmarkedUnits = endsUnit ? -1 : 0;
  }

  /** An access unit ended, by whatever. */
  unit(): void {
    this.#unmarkedUnits += 1;
  }

  restart(): void {
    this.#markerAtUs = undefined;
    this.#hasSeenMarker = false;
    this.#unmarkedUnits = 0;
  }

  /** Alone it proves little: a large keyframe can take long over a bad link. */
  get isOverdue(): boolean {
    return this.#markerAtUs !== undefined && this.#arrivalTimeUs - this.#markerAtUs > MARKER_TIMEOUT_US;
  }

  get omitsMarkers(): boolean {
    return this.isOverdue && (!this.#hasSeenMarker || this.#unmarkedUnits >= MIN_UNMARKED_UNITS);
  }
}

const MARKER_TIMEOUT_US = 2_000_000;
const MIN_UNMARKED_UNITS = 2;
