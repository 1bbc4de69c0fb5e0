/** What a worker knows when it decides whether to take one more lease. */
export interface TakeSituation {
  /** Leases that it runs, with those that are just ending. */
  readonly held: number;
  readonly maxLeases: number;
}

/** Whether to take one more lease now. Asked before each take, and again whenever the situation has changed. */
export type TakePolicy = (situation: TakeSituation) => boolean;

export const takeUpToMax: TakePolicy = ({ held, maxLeases }) => held < maxLeases;
