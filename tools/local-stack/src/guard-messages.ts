import type { ProcessIdentity } from './process-identity.ts';

/**
 * What the supervisor tells its guard. The guard outlives it: when the channel closes, it ends what is still tracked,
 * services first and the Redis servers they need last, and removes the directory it was given.
 */
export type GuardMessage =
  | { readonly type: 'track'; readonly process: ProcessIdentity; readonly endsLast: boolean }
  | { readonly type: 'untrack'; readonly pid: number };
