import { ControlError } from '../../control-error.ts';

/**
 * Where a lease stands, from its grant to the end of its work. docs/leases.md draws it.
 *
 * - `succeeding`: its donor holds the camera; this process works beside it, to take over
 * - `holding`: the camera is this process'
 * - `offering`: the same, and another worker was asked to take it over
 * - `handing-over`: the same, and that worker works on it as the successor
 * - `passing`: this process has let go, and the store is told that the successor holds it
 * - `ending`: this process does nothing more with it; the store keeps it for this process until the work has ended
 * - `over`: nothing in the store is this process' any more; its work may still be ending
 */
export type LeaseState =
  | { readonly is: 'succeeding'; readonly donor: string }
  | { readonly is: 'holding' }
  | { readonly is: 'offering'; readonly to: string }
  | { readonly is: 'handing-over'; readonly to: string; readonly successorToken: string }
  | { readonly is: 'passing'; readonly to: string }
  | { readonly is: 'ending'; readonly why: 'done' | 'failed' | 'handed-back' }
  | { readonly is: 'over'; readonly why: 'lost' | 'withdrawn' | 'handed-over' | 'released' };

export type LeaseStateName = LeaseState['is'];

/** Every move there is. */
const MOVES: Readonly<Record<LeaseStateName, readonly LeaseStateName[]>> = {
  succeeding: ['holding', 'ending', 'over'],
  holding: ['offering', 'ending', 'over'],
  // A successor may be ready before its word that it has begun is here.
  offering: ['holding', 'handing-over', 'passing', 'ending', 'over'],
  'handing-over': ['holding', 'passing', 'ending', 'over'],
  passing: ['over'],
  ending: ['over'],
  over: [],
};

/** @throws TypeError for a move that there is not: a mistake in this library. */
export function assertMove(cameraId: string, from: LeaseStateName, to: LeaseStateName): void {
  if (!MOVES[from].includes(to)) throw new TypeError(`camera ${cameraId}: a lease cannot go from ${from} to ${to}`);
}

/** What the work is told by its signal; undefined while it may go on. */
export function endOf(cameraId: string, state: LeaseState): ControlError | undefined {
  if (state.is === 'passing') return new ControlError('lease-handed-over', `camera ${cameraId} has been handed over`);
  if (state.is === 'ending') return new ControlError('lease-handed-back', `camera ${cameraId} is given back`);
  if (state.is !== 'over') return undefined;
  if (state.why === 'withdrawn') return new ControlError('lease-withdrawn', `camera ${cameraId} was withdrawn`);
  return new ControlError('lease-lost', `camera ${cameraId}: its lock was not renewed in time, or is another's`);
}
