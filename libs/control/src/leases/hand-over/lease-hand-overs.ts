import { randomUUID } from 'node:crypto';
import type { CameraLease, LeaseObserver } from '../ledger/camera-lease.ts';
import type { LeaseClock, LeaseTimer } from '../ledger/lease-clock.ts';
import type { LeaseState } from '../ledger/lease-state.ts';
import type { LeaseTable } from '../ledger/lease-table.ts';
import type { LeaseBalancer } from '../sharing/lease-balancer.ts';
import type { PlannedHandOver } from '../sharing/share-rule.ts';
import type { LeaseStore } from '../store/lease-store.ts';
import type { LeaseMessage, LeaseMessages } from './lease-message.ts';

export interface LeaseHandOversDeps {
  readonly instanceId: string;
  readonly store: Pick<LeaseStore, 'beginSuccession' | 'cancelSuccession' | 'release'>;
  readonly table: LeaseTable;
  readonly balancer: LeaseBalancer;
  readonly messages: LeaseMessages;
  readonly clock: LeaseClock;
  readonly onError: (error: unknown) => void;
}

type Offered = LeaseState & { readonly is: 'offering' | 'handing-over' };

/**
 * Both sides of a hand-over, which moves a camera while it is watched. The donor offers the camera. The receiver becomes the successor, starts
 * its work and reports its first output. Then the donor lets go and passes the camera on. Until then the donor simply goes on, so a failing
 * receiver does no harm.
 */
export class LeaseHandOvers implements LeaseObserver {
  readonly #deps: LeaseHandOversDeps;
  /** Deadline for the receiver's answer, then for its first output, of each camera offered. */
  readonly #limits = new Map<CameraLease, LeaseTimer>();
  readonly #passing = new Set<Promise<void>>();

  constructor(deps: LeaseHandOversDeps) {
    this.#deps = deps;
    deps.table.observe(this);
  }

  /** Whether any offer of this worker is undecided. */
  get isPending(): boolean {
    return this.#limits.size > 0 || this.#passing.size > 0;
  }

  offer(planned: readonly PlannedHandOver[]): void {
    for (const each of planned) this.#offer(each);
  }

  onMessage(message: LeaseMessage): void {
    const { cameraId, token, type, from } = message;
    if (type === 'offer') {
      this.#consider(message).catch(this.#deps.onError);
      return;
    }
    if (type === 'passed') {
      const succeeding = this.#deps.table.all.find((lease) => lease.isSuccessor && lease.token === token);
      succeeding?.become({ is: 'holding' });
      return;
    }
    const lease = this.#deps.table.heldOf(cameraId);
    const offered = lease === undefined ? undefined : offeredTo(lease, from);
    if (lease === undefined || offered === undefined) {
      // A successor that starts after the donor gave it up would work beside the holder indefinitely.
      if (lease !== undefined && (type === 'accept' || type === 'ready')) this.#cancel(cameraId, token);
      return;
    }
    if (type === 'refuse') this.#keep(lease, 'refused');
    else if (type === 'fail') this.#keep(lease, 'not-ready');
    else if (type === 'ready') this.#pass(lease, offered);
    else if (offered.is === 'offering') this.#accepted(lease, offered, token);
  }

  /** Repeats `ready` to donors that have not let go: the message may have been lost. */
  remind(): void {
    for (const lease of this.#deps.table.all) if (lease.isReady) this.#tellReady(lease);
  }

  /** Keeps what is still offered. Resolves when the cameras being passed have been. */
  async close(): Promise<void> {
    for (const lease of this.#limits.keys()) this.#keep(lease, 'refused');
    await Promise.all(this.#passing);
  }

  leaseReady(lease: CameraLease): void {
    if (lease.isReady) this.#tellReady(lease);
  }

  leaseMoved(lease: CameraLease, from: LeaseState): void {
    const { is } = lease.state;
    if (from.is === 'succeeding' && is !== 'holding') this.#tell(from.donor, 'fail', lease);
    if (is !== 'offering' && is !== 'handing-over') this.#endLimit(lease);
  }

  #offer({ cameraId, cost, to }: PlannedHandOver): void {
    const { balancer, instanceId, messages, table } = this.#deps;
    const lease = table.heldOf(cameraId);
    if (lease?.state.is !== 'holding') {
      balancer.handOverFailed(cameraId, to, 'refused');
      return;
    }
    lease.become({ is: 'offering', to });
    this.#limit(lease, ANSWER_LIMIT_MS, 'refused');
    const { load, capacity, isLeaving } = balancer.self;
    const donor = { load: load + cost, capacity, isLeaving };
    messages.send(to, { type: 'offer', from: instanceId, cameraId, token: lease.token, cost, ...donor });
  }

  #accepted(lease: CameraLease, { to }: Offered, successorToken: string): void {
    lease.become({ is: 'handing-over', to, successorToken });
    this.#limit(lease, READY_LIMIT_MS, 'not-ready');
  }

  #keep(lease: CameraLease, why: 'refused' | 'not-ready'): void {
    const offered = offeredTo(lease);
    if (offered === undefined) return;
    lease.become({ is: 'holding' });
    this.#deps.balancer.handOverFailed(lease.cameraId, offered.to, why);
    if (offered.is === 'handing-over') this.#cancel(lease.cameraId, offered.successorToken);
  }

  #pass(lease: CameraLease, { to }: Offered): void {
    const passing = this.#passOn(lease, to).finally(() => this.#passing.delete(passing));
    this.#passing.add(passing);
  }

  /** Lets go before Redis makes the successor the holder, so that no two workers ever believe they hold the camera. */
  async #passOn(lease: CameraLease, to: string): Promise<void> {
    const { store, instanceId, messages, onError } = this.#deps;
    const { cameraId } = lease;
    lease.become({ is: 'passing', to });
    try {
      const token = await store.release(lease, 'free');
      if (token !== undefined) messages.send(to, { type: 'passed', from: instanceId, cameraId, token });
    } catch (error) {
      // The successor gets the camera when the lock expires.
      onError(error);
    }
    lease.become({ is: 'over', why: 'handed-over' });
  }

  async #consider(offer: LeaseMessage & { readonly type: 'offer' }): Promise<void> {
    const { cameraId, cost, from } = offer;
    const { balancer, store, table, clock, onError } = this.#deps;
    if (!balancer.accepts({ cameraId, cost, donor: offer })) return this.#refuse(offer);
    // Counts before the store answers, so that offers that arrive meanwhile see this load.
    balancer.taken(cameraId, cost, 'taking-over');
    const token = randomUUID();
    const sentAtMs = clock.nowMs();
    try {
      const grant = await store.beginSuccession(cameraId, offer.token, token);
      if (grant !== undefined) {
        const lease = table.add(grant, { token, sentAtMs, state: { is: 'succeeding', donor: from } });
        this.#tell(from, 'accept', lease);
        return;
      }
    } catch (error) {
      onError(error);
    }
    balancer.ended(cameraId);
    this.#refuse(offer);
  }

  #refuse({ cameraId, token, from }: LeaseMessage & { readonly type: 'offer' }): void {
    const { instanceId, messages } = this.#deps;
    messages.send(from, { type: 'refuse', from: instanceId, cameraId, token });
  }

  #limit(lease: CameraLease, limitMs: number, why: 'refused' | 'not-ready'): void {
    this.#endLimit(lease);
    this.#limits.set(
      lease,
      this.#deps.clock.after(limitMs, () => this.#keep(lease, why)),
    );
  }

  #endLimit(lease: CameraLease): void {
    this.#limits.get(lease)?.cancel();
    this.#limits.delete(lease);
  }

  #cancel(cameraId: string, token: string): void {
    this.#deps.store.cancelSuccession({ cameraId, token }).catch(this.#deps.onError);
  }

  #tellReady(lease: CameraLease): void {
    if (lease.state.is === 'succeeding') this.#tell(lease.state.donor, 'ready', lease);
  }

  #tell(donor: string, type: 'accept' | 'ready' | 'fail', { cameraId, token }: CameraLease): void {
    this.#deps.messages.send(donor, { type, from: this.#deps.instanceId, cameraId, token });
  }
}

/** @param to receiver. @defaultValue any */
function offeredTo({ state }: CameraLease, to?: string): Offered | undefined {
  const isOffered = state.is === 'offering' || state.is === 'handing-over';
  return isOffered && (to === undefined || state.to === to) ? state : undefined;
}

/** For the answer to an offer. A living worker answers within milliseconds. */
const ANSWER_LIMIT_MS = 1_000;
/** For the successor's first output. A camera may take seconds to answer, and a keyframe up to 10 s more. */
const READY_LIMIT_MS = 12_000;
