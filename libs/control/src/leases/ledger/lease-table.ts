import type { LeaseGrant } from '../store/lease-store.ts';
import { CameraLease, type CameraLeaseOptions, type LeaseObserver } from './camera-lease.ts';
import type { LeaseState } from './lease-state.ts';

/** Logs each move of a lease. */
export interface LeaseLogger {
  debug(fields: object, message: string): void;
}

export interface LeaseTableDeps extends Pick<CameraLeaseOptions, 'lockDurationMs' | 'clock' | 'store'> {
  readonly logger?: LeaseLogger | undefined;
}

/**
 * All leases of a worker, and the only record of them: sync, hand-overs and work read it, and act on its changes as observers.
 * A camera is in the table twice while the work of its previous lease is still ending.
 */
export class LeaseTable implements Required<LeaseObserver> {
  readonly #deps: LeaseTableDeps;
  readonly #leases = new Set<CameraLease>();
  readonly #observers: LeaseObserver[] = [];

  constructor(deps: LeaseTableDeps) {
    this.#deps = deps;
  }

  get all(): readonly CameraLease[] {
    return [...this.#leases];
  }

  get held(): readonly CameraLease[] {
    return this.all.filter(({ isHeld }) => isHeld);
  }

  /** The lease under which this worker holds the camera. */
  heldOf(cameraId: string): CameraLease | undefined {
    return this.all.find((lease) => lease.cameraId === cameraId && lease.isHeld);
  }

  has(cameraId: string): boolean {
    return this.all.some((lease) => lease.cameraId === cameraId);
  }

  /** Calls observers in the order in which they were added. */
  observe(observer: LeaseObserver): void {
    this.#observers.push(observer);
  }

  add(grant: LeaseGrant, how: Pick<CameraLeaseOptions, 'token' | 'sentAtMs' | 'state'>): CameraLease {
    const { lockDurationMs, clock, store } = this.#deps;
    const lease = new CameraLease({ ...grant, ...how, lockDurationMs, clock, store, observer: this });
    this.#leases.add(lease);
    this.leaseAdded(lease);
    return lease;
  }

  remove(lease: CameraLease): void {
    this.#leases.delete(lease);
    this.leaseRemoved(lease);
  }

  leaseAdded(lease: CameraLease): void {
    this.#log(lease, 'granted');
    for (const observer of this.#observers) observer.leaseAdded?.(lease);
  }

  leaseMoved(lease: CameraLease, from: LeaseState): void {
    this.#log(lease, from.is);
    for (const observer of this.#observers) observer.leaseMoved?.(lease, from);
  }

  leaseReady(lease: CameraLease): void {
    for (const observer of this.#observers) observer.leaseReady?.(lease);
  }

  leaseMeasured(lease: CameraLease, cost: number): void {
    for (const observer of this.#observers) observer.leaseMeasured?.(lease, cost);
  }

  leaseRemoved(lease: CameraLease): void {
    for (const observer of this.#observers) observer.leaseRemoved?.(lease);
  }

  #log({ cameraId, epoch, state }: CameraLease, from: string): void {
    this.#deps.logger?.debug({ cameraId, epoch, from, ...state }, 'lease moved');
  }
}
