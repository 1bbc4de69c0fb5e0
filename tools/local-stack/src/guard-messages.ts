import type { ProcessIdentity } from './process-identity.ts';

/**
 * Messages from the supervisor to its guard, which outlives it. When the channel closes, the guard ends the processes
 * still tracked, services first and the Redis servers they need last, and removes the directory it was given.
 */
export type GuardMessage =
  | { readonly type: 'track'; readonly process: ProcessIdentity; readonly endsLast: boolean }
  | { readonly type: 'untrack'; readonly pid: number };
