/** What every part of the run is given. */
export interface Context {
  /** A few seconds each: to see that it works. */
  readonly quick: boolean;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}
