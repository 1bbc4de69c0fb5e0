import { ControlError } from '../../control-error.ts';

/**
 * State of a lease, from its grant to the end of its work. docs/leases.md draws the moves.
 *
 * - `succeeding`: the donor holds the camera; this process works beside it and will take over
 * - `holding`: this process holds the camera
 * - `offering`: as `holding`, and the camera is offered to a receiver
 * - `handing-over`: as `holding`, and the receiver works on the camera as its successor
 * - `passing`: this process has let go; the store is making the successor the holder
 * - `ending`: the work must stop; the store keeps the camera for this process until it has
 * - `over`: this process has nothing left in the store; its work may still be ending
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

const MOVES: Readonly<Record<LeaseStateName, readonly LeaseStateName[]>> = {
  succeeding: ['holding', 'ending', 'over'],
  holding: ['offering', 'ending', 'over'],
  // `ready` may arrive without `accept`, which may be lost.
  offering: ['holding', 'handing-over', 'passing', 'ending', 'over'],
  'handing-over': ['holding', 'passing', 'ending', 'over'],
  passing: ['over'],
  ending: ['over'],
  over: [],
};

/** @throws TypeError for a move that does not exist: a bug in this library. */
export function assertMove(cameraId: string, from: LeaseStateName, to: LeaseStateName): void {
  if (!MOVES[from].includes(to)) throw new TypeError(`camera ${cameraId}: a lease cannot go from ${from} to ${to}`);
}

/** Reason with which the signal aborts; undefined while the work may go on. */
export function endOf(cameraId: string, state: LeaseState): ControlError | undefined {
  if (state.is === 'passing') return new ControlError('lease-handed-over', `camera ${cameraId} has been handed over`);
  if (state.is === 'ending') return new ControlError('lease-handed-back', `camera ${cameraId} is given back`);
  if (state.is !== 'over') return undefined;
  if (state.why === 'withdrawn') return new ControlError('lease-withdrawn', `camera ${cameraId} was withdrawn`);
  return new ControlError('lease-lost', `camera ${cameraId}: its lock was not renewed in time, or is another's`);
}
