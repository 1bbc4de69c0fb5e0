import { randomUUID } from 'node:crypto';
import { ControlError } from '../control-error.ts';
import type { HeldLease } from './held-lease.ts';
import type { LeaseGrant, LeaseLocks } from './lease-locks.ts';
import type { LeaseMessage } from './lease-message.ts';
import type { PlannedHandOver, Refusal } from './sharing/hand-over-policy.ts';
import type { LeaseBalancer } from './sharing/lease-balancer.ts';

export interface LeaseHandOversDeps {
  readonly instanceId: string;
  readonly balancer: LeaseBalancer;
  readonly locks: Pick<LeaseLocks, 'beginSuccession' | 'pass' | 'cancelSuccession' | 'successorOf'>;
  /** To another worker; may be lost. */
  readonly send: (to: string, message: LeaseMessage) => void;
  /** The lease that this worker holds, if it does. */
  readonly heldLease: (cameraId: string) => HeldLease | undefined;
  /** Runs a lease that another worker still holds. */
  readonly runSuccessor: (
    cameraId: string,
    token: string,
    holderToken: string,
    grant: LeaseGrant,
    donor: string,
  ) => void;
  readonly onError: (error: unknown) => void;
}

interface Outgoing {
  readonly to: string;
  readonly lease: HeldLease;
  readonly limit: NodeJS.Timeout;
  /** Once the receiver has begun. */
  successorToken: string | undefined;
  /** Once the lease has been given up: whether the successor has it. */
  passing: Promise<boolean> | undefined;
}

/**
 * Both sides of handing cameras over while they are watched. The donor offers; the receiver registers as successor, starts its
 * work, and says when its first output is out; then the donor ends its lease and passes the lock on. Until that
 * moment the donor simply goes on, whatever becomes of the receiver.
 */
export class LeaseHandOvers {
  readonly #deps: LeaseHandOversDeps;
  readonly #outgoing = new Map<string, Outgoing>();
  /** Successor's lease → who has offered it. */
  readonly #donors = new Map<HeldLease, string>();

  constructor(deps: LeaseHandOversDeps) {
    this.#deps = deps;
  }

  /** Hand-overs that this worker has offered and that are not decided. */
  get pending(): number {
    return this.#outgoing.size;
  }

  /** Whether another worker works on this camera already. */
  hasSuccessor(cameraId: string): boolean {
    return this.#outgoing.get(cameraId)?.successorToken !== undefined;
  }

  offer({ cameraId, costCores, to }: PlannedHandOver): void {
    const { balancer, instanceId, send } = this.#deps;
    const lease = this.#deps.heldLease(cameraId);
    if (lease === undefined || lease.signal.aborted) {
      balancer.handOverFailed(cameraId, to, 'refused');
      return;
    }
    const limit = setTimeout(() => this.#giveUp(cameraId, 'refused'), ANSWER_LIMIT_MS);
    this.#outgoing.set(cameraId, { to, lease, limit, successorToken: undefined, passing: undefined });
    const { loadCores, capacityCores, isLeaving } = balancer.self;
    const donor = { loadCores: loadCores + costCores, capacityCores, isLeaving };
    send(to, { type: 'offer', from: instanceId, cameraId, token: lease.token, costCores, ...donor });
  }

  onMessage(message: LeaseMessage): void {
    const { cameraId, token, type, from } = message;
    if (type === 'offer') {
      this.#consider(message).catch((error: unknown) => this.#deps.onError(error));
      return;
    }
    if (type === 'passed') {
      for (const lease of this.#donors.keys()) if (lease.token === token) this.passedTo(lease);
      return;
    }
    const outgoing = this.#outgoing.get(cameraId);
    if (outgoing?.to !== from) {
      if (type !== 'refuse' && type !== 'fail') this.#dismiss(cameraId, token);
      return;
    }
    if (outgoing.passing !== undefined) return;
    if (type === 'refuse') this.#refused(cameraId, message.receiver);
    else if (type === 'fail') this.#giveUp(cameraId, 'not-ready');
    else if (type === 'accept') this.#begun(cameraId, outgoing, token);
    else if (type === 'ready') {
      outgoing.successorToken = token;
      void this.passOn(cameraId);
    }
  }

  /** The work of a successor runs; its donor is told when it is ready. */
  successorStarted(lease: HeldLease, donor: string): void {
    this.#donors.set(lease, donor);
    this.#tell(lease, lease.isReady ? 'ready' : 'accept');
  }

  /** Also again and again while nothing comes of it: a message may have been lost. */
  successorReady(lease: HeldLease): void {
    this.#tell(lease, 'ready');
  }

  /** The lease is the successor's now. */
  passedTo(lease: HeldLease): void {
    lease.becomeOwner();
    this.#donors.delete(lease);
    this.#deps.balancer.owned(lease.cameraId);
  }

  /** A lease has ended; if it was a successor's, its donor need not wait any longer. */
  leaseEnded(lease: HeldLease): void {
    this.#tell(lease, 'fail');
    this.#donors.delete(lease);
  }

  /**
   * Gives the lease up in favour of its successor.
   * @returns whether the successor has it; false as well when there is none
   */
  async passOn(cameraId: string): Promise<boolean> {
    const offered = this.#outgoing.get(cameraId);
    if (offered === undefined) return false;
    // It may have begun, and its message still be on the way.
    const token = offered.successorToken ?? (await this.#deps.locks.successorOf(cameraId));
    const outgoing = this.#outgoing.get(cameraId);
    if (outgoing === undefined) return false;
    const { lease, to } = outgoing;
    if (token === undefined) {
      this.#giveUp(cameraId, 'refused');
      return false;
    }
    outgoing.passing ??= this.#pass(outgoing, token).finally(() => {
      clearTimeout(outgoing.limit);
      this.#outgoing.delete(cameraId);
    });
    const hasPassed = await outgoing.passing;
    if (hasPassed) this.#deps.send(to, { type: 'passed', from: this.#deps.instanceId, cameraId, token });
    return hasPassed && lease.signal.aborted;
  }

  /** Ends what is pending; the cameras stay where they are. */
  close(): void {
    for (const [cameraId, { passing }] of this.#outgoing) if (passing === undefined) this.#giveUp(cameraId, 'refused');
  }

  /** This side lets go first: at no moment do two workers believe that they hold the lease. */
  async #pass({ lease }: Outgoing, successorToken: string): Promise<boolean> {
    const { cameraId, token } = lease;
    lease.end(new ControlError('lease-handed-over', `camera ${cameraId} has been handed over`));
    try {
      return await this.#deps.locks.pass(cameraId, token, successorToken);
    } catch (error) {
      // The successor takes the lease itself when the lock expires.
      this.#deps.onError(error);
      return true;
    }
  }

  #begun(cameraId: string, outgoing: Outgoing, successorToken: string): void {
    clearTimeout(outgoing.limit);
    const limit = setTimeout(() => this.#giveUp(cameraId, 'not-ready'), READY_LIMIT_MS);
    this.#outgoing.set(cameraId, { ...outgoing, successorToken, limit });
  }

  #refused(cameraId: string, refusal: Refusal | undefined): void {
    this.#giveUp(cameraId, 'refused', refusal);
    if (refusal === undefined) return;
    for (const planned of this.#deps.balancer.handOverElsewhere()) this.offer(planned);
  }

  #giveUp(cameraId: string, why: 'refused' | 'not-ready', refusal?: Refusal): void {
    const outgoing = this.#outgoing.get(cameraId);
    if (outgoing === undefined) return;
    clearTimeout(outgoing.limit);
    this.#outgoing.delete(cameraId);
    const { to, successorToken } = outgoing;
    this.#deps.balancer.handOverFailed(cameraId, to, why, refusal);
    if (successorToken !== undefined) this.#cancel(cameraId, successorToken);
  }

  /** A successor that began after it was given up, which would work beside the holder for as long as that one goes on. */
  #dismiss(cameraId: string, successorToken: string): void {
    if (this.#deps.heldLease(cameraId) === undefined) return;
    this.#cancel(cameraId, successorToken);
  }

  #cancel(cameraId: string, successorToken: string): void {
    this.#deps.locks.cancelSuccession(cameraId, successorToken).catch((error: unknown) => this.#deps.onError(error));
  }

  async #consider(offer: LeaseMessage & { readonly type: 'offer' }): Promise<void> {
    const { cameraId, costCores, from } = offer;
    const { balancer, locks, instanceId, send } = this.#deps;
    const refuse = () => {
      const receiver = balancer.refusal(costCores);
      send(from, { type: 'refuse', from: instanceId, cameraId, token: offer.token, receiver });
    };
    if (!balancer.accepts({ cameraId, costCores, donor: offer })) return refuse();
    balancer.taken(cameraId, costCores, 'taking-over');
    const token = randomUUID();
    try {
      const grant = await locks.beginSuccession(cameraId, offer.token, token);
      if (grant !== undefined) return this.#deps.runSuccessor(cameraId, token, offer.token, grant, from);
    } catch (error) {
      this.#deps.onError(error);
    }
    balancer.ended(cameraId);
    refuse();
  }

  #tell(lease: HeldLease, type: 'accept' | 'ready' | 'fail'): void {
    const donor = this.#donors.get(lease);
    if (donor === undefined) return;
    const { cameraId, token } = lease;
    this.#deps.send(donor, { type, from: this.#deps.instanceId, cameraId, token });
  }
}

/** To an offer; a living worker answers within milliseconds. */
const ANSWER_LIMIT_MS = 1_000;
/** For the successor's first output: a camera may take seconds to answer, and a keyframe more to come. */
const READY_LIMIT_MS = 12_000;
