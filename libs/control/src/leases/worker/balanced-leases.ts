import type { CameraLease, LeaseObserver } from '../ledger/camera-lease.ts';
import type { LeaseState } from '../ledger/lease-state.ts';
import type { LeaseTable } from '../ledger/lease-table.ts';
import type { LeaseBalancer } from '../sharing/lease-balancer.ts';

/** Tells the balancer what becomes of the leases of its worker. */
export class BalancedLeases implements LeaseObserver {
  readonly #table: LeaseTable;
  readonly #balancer: LeaseBalancer;

  constructor(table: LeaseTable, balancer: LeaseBalancer) {
    this.#table = table;
    this.#balancer = balancer;
  }

  leaseAdded({ cameraId, cost, isSuccessor }: CameraLease): void {
    // What is taken over was counted when it was accepted.
    if (!isSuccessor) this.#balancer.taken(cameraId, cost);
  }

  leaseMoved({ cameraId, state }: CameraLease, from: LeaseState): void {
    if (from.is === 'succeeding' && state.is === 'holding') this.#balancer.owned(cameraId);
  }

  leaseReady({ cameraId, isReady }: CameraLease): void {
    this.#balancer.ready(cameraId, isReady);
  }

  leaseMeasured({ cameraId }: CameraLease, cost: number): void {
    this.#balancer.measured(cameraId, cost);
  }

  leaseRemoved({ cameraId }: CameraLease): void {
    if (!this.#table.has(cameraId)) this.#balancer.ended(cameraId);
  }
}
