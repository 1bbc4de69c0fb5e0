import type { CameraLease, LeaseObserver } from '../ledger/camera-lease.ts';
import type { LeaseState } from '../ledger/lease-state.ts';
import type { LeaseTable } from '../ledger/lease-table.ts';
import type { LeaseBalancer } from '../sharing/lease-balancer.ts';

/** Keeps the balancer up to date on its worker's leases. */
export class BalancedLeases implements LeaseObserver {
  readonly #table: LeaseTable;
  readonly #balancer: LeaseBalancer;

  constructor(table: LeaseTable, balancer: LeaseBalancer) {
    this.#table = table;
    this.#balancer = balancer;
  }

  leaseAdded({ cameraId, cost, isSuccessor }: CameraLease): void {
    // The balancer counts a successor's camera from the moment its offer is accepted.
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
