/**
 * A cluster on a fake clock: as many workers as one likes, each deciding with the class that real workers decide with, on boards
 * that are up to half a second old, with messages and starts that take their time.
 */

import { LOCK_DURATION_MS } from '../src/leases/lease-timing.ts';
import type { PlannedHandOver } from '../src/leases/sharing/hand-over-policy.ts';
import { LeaseBalancer } from '../src/leases/sharing/lease-balancer.ts';
import type { WorkerLoad } from '../src/leases/sharing/lease-load.ts';

export interface SimulatedWorker {
  readonly id: string;
  readonly balancer: LeaseBalancer;
  readonly capacityCores: number;
  isAlive: boolean;
}

interface SimulatedCamera {
  readonly id: string;
  costCores: number;
  owner: SimulatedWorker | undefined;
  takingOver: SimulatedWorker | undefined;
  waitsSinceMs: number | undefined;
  ownerlessSinceMs: number | undefined;
}

export class SimulatedCluster {
  nowMs = 0;
  /** Hand-overs that came about, and the cores that moved with them. */
  moves = 0;
  movedCores = 0;
  /** Longest time that a camera could have been taken and was not. */
  longestWaitMs = 0;
  #longestOwnerlessMs = 0;
  readonly workers: SimulatedWorker[] = [];
  readonly cameras = new Map<string, SimulatedCamera>();
  readonly #random: () => number;
  readonly #events: { readonly atMs: number; readonly run: () => void }[] = [];
  readonly #board = new Map<string, { readonly load: WorkerLoad; readonly expiresAtMs: number }>();
  readonly #waiting: SimulatedCamera[] = [];
  #blocked: { readonly worker: SimulatedWorker; readonly untilMs: number }[] = [];

  constructor(random: () => number) {
    this.#random = random;
  }

  join(capacityCores: number, maxLeases = 10_000): SimulatedWorker {
    const id = `w${String(this.workers.length).padStart(3, '0')}`;
    const options = { id, capacityCores, maxLeases, nowMs: () => this.nowMs, random: this.#random };
    const worker = { id, capacityCores, balancer: new LeaseBalancer(options), isAlive: true };
    this.workers.push(worker);
    this.#after(this.#between(0, SYNC_MS), () => this.#sync(worker));
    return worker;
  }

  offer(id: string, costCores: number): void {
    const camera: SimulatedCamera = {
      id,
      costCores,
      owner: undefined,
      takingOver: undefined,
      waitsSinceMs: undefined,
      ownerlessSinceMs: this.nowMs,
    };
    this.cameras.set(id, camera);
    this.#wait(camera);
  }

  measure(id: string, costCores: number): void {
    const camera = this.cameras.get(id) as SimulatedCamera;
    camera.costCores = costCores;
    camera.owner?.balancer.measured(id, costCores);
  }

  crash(worker: SimulatedWorker): void {
    worker.isAlive = false;
    for (const camera of this.cameras.values()) {
      if (camera.owner !== worker) continue;
      this.#disown(camera);
      this.#after(this.#between(LOCK_DURATION_MS - RENEWAL_MS, LOCK_DURATION_MS + 5), () => {
        const successor = camera.takingOver;
        camera.takingOver = undefined;
        if (successor?.isAlive) this.#own(camera, successor);
        else this.#wait(camera);
      });
    }
  }

  /** Hands over what it has, gives back what is left after the limit. */
  leave(worker: SimulatedWorker): void {
    worker.balancer.close();
    this.#sync(worker);
    this.#after(CLOSE_MS, () => {
      worker.isAlive = false;
      this.#board.delete(worker.id);
      for (const camera of this.cameras.values()) {
        if (camera.owner !== worker) continue;
        this.#disown(camera);
        this.#wait(camera);
      }
    });
  }

  /** It goes on, without any use, and notices at its next look. */
  cutOff(worker: SimulatedWorker): void {
    worker.balancer.reaches('cut-off');
  }

  mend(worker: SimulatedWorker): void {
    worker.balancer.reaches('reachable');
  }

  run(durationMs: number): void {
    const endMs = this.nowMs + durationMs;
    while (this.#events.length > 0 && (this.#events[0]?.atMs ?? 0) <= endMs) {
      const { atMs, run } = this.#pop();
      this.nowMs = atMs;
      run();
    }
    this.nowMs = endMs;
  }

  get alive(): SimulatedWorker[] {
    return this.workers.filter(({ isAlive }) => isAlive);
  }

  /** By what the cameras really cost and who really owns them. */
  loadOf(worker: SimulatedWorker): number {
    return this.ownedBy(worker).reduce((sum, { costCores }) => sum + costCores, 0);
  }

  ownedBy(worker: SimulatedWorker): { readonly id: string; readonly costCores: number }[] {
    return [...this.cameras.values()].filter(({ owner }) => owner === worker);
  }

  /** Since {@link forgetTimes}, of any camera: from the loss of its owner, or its offer, until it had one; or until now. */
  get longestOwnerlessMs(): number {
    const open = [...this.cameras.values()].map(
      ({ ownerlessSinceMs }) => this.nowMs - (ownerlessSinceMs ?? this.nowMs),
    );
    return Math.max(this.#longestOwnerlessMs, ...open);
  }

  forgetTimes(): void {
    this.longestWaitMs = 0;
    this.#longestOwnerlessMs = 0;
  }

  get ownerless(): string[] {
    return [...this.cameras.values()].filter(({ owner }) => owner === undefined).map(({ id }) => id);
  }

  #sync(worker: SimulatedWorker): void {
    if (!worker.isAlive) return;
    const { balancer, id } = worker;
    this.#board.set(id, { load: balancer.self, expiresAtMs: this.nowMs + BOARD_LIFETIME_MS });
    const entries = [...this.#board.values()].filter(({ expiresAtMs }) => expiresAtMs > this.nowMs);
    const others = entries.map(({ load }) => load).filter((load) => load.id !== id);
    balancer.boardRead(others, this.#waiting.length);
    this.#offer(worker, balancer.handOvers());
    this.#takeAgain(worker);
    this.#after(SYNC_MS, () => this.#sync(worker));
  }

  #offer(worker: SimulatedWorker, planned: readonly PlannedHandOver[]): void {
    for (const { cameraId, to, costCores } of planned) {
      const camera = this.cameras.get(cameraId) as SimulatedCamera;
      const { self } = worker.balancer;
      const donor = { ...self, loadCores: self.loadCores + costCores };
      this.#after(this.#between(1, 10), () => this.#propose(worker, to, camera, { cameraId, costCores, donor }));
    }
  }

  #propose(
    donor: SimulatedWorker,
    to: string,
    camera: SimulatedCamera,
    offer: Parameters<LeaseBalancer['accepts']>[0],
  ): void {
    const receiver = this.workers.find(({ id }) => id === to) as SimulatedWorker;
    if (!receiver.isAlive) {
      this.#after(ACCEPT_LIMIT_MS, () => donor.balancer.handOverFailed(camera.id, to, 'refused'));
      return;
    }
    if (camera.owner !== donor || !donor.isAlive) return;
    if (!receiver.balancer.accepts(offer)) {
      const refusal = receiver.balancer.refusal(offer.costCores);
      this.#after(this.#between(1, 10), () => {
        if (camera.owner !== donor || !donor.isAlive) return;
        donor.balancer.handOverFailed(camera.id, to, 'refused', refusal);
        this.#offer(donor, donor.balancer.handOverElsewhere());
      });
      return;
    }
    receiver.balancer.taken(camera.id, offer.costCores, 'taking-over');
    camera.takingOver = receiver;
    this.#after(this.#between(100, 600), () => {
      if (camera.owner !== donor || camera.takingOver !== receiver) return;
      camera.takingOver = undefined;
      if (!receiver.isAlive) {
        donor.balancer.handOverFailed(camera.id, to, 'not-ready');
        return;
      }
      donor.balancer.ended(camera.id);
      this.moves++;
      this.movedCores += camera.costCores;
      this.#own(camera, receiver);
    });
  }

  #disown(camera: SimulatedCamera): void {
    camera.owner = undefined;
    camera.ownerlessSinceMs = this.nowMs;
  }

  #setOwner(camera: SimulatedCamera, worker: SimulatedWorker): void {
    camera.owner = worker;
    const ownerlessMs = this.nowMs - (camera.ownerlessSinceMs ?? this.nowMs);
    camera.ownerlessSinceMs = undefined;
    this.#longestOwnerlessMs = Math.max(this.#longestOwnerlessMs, ownerlessMs);
  }

  #own(camera: SimulatedCamera, worker: SimulatedWorker): void {
    this.#setOwner(camera, worker);
    worker.balancer.owned(camera.id);
    worker.balancer.ready(camera.id, true);
    worker.balancer.measured(camera.id, camera.costCores);
  }

  #wait(camera: SimulatedCamera): void {
    camera.waitsSinceMs = this.nowMs;
    this.#waiting.push(camera);
    this.#wakeOne();
  }

  #wakeOne(): void {
    this.#blocked = this.#blocked.filter(({ worker, untilMs }) => worker.isAlive && untilMs > this.nowMs);
    const blocked = this.#blocked.shift();
    if (blocked !== undefined) this.#after(1, () => this.#takeOne(blocked.worker));
  }

  #takeOne(worker: SimulatedWorker): void {
    if (!worker.isAlive) {
      this.#wakeOne();
      return;
    }
    const camera = this.#waiting.shift();
    if (camera === undefined) worker.balancer.nothingWaits();
    else {
      this.longestWaitMs = Math.max(this.longestWaitMs, this.nowMs - (camera.waitsSinceMs ?? 0));
      camera.waitsSinceMs = undefined;
      this.#setOwner(camera, worker);
      worker.balancer.taken(camera.id, camera.costCores);
      worker.balancer.ready(camera.id, true);
      if (this.#waiting.length > 0) this.#wakeOne();
    }
    this.#takeAgain(worker);
  }

  #takeAgain(worker: SimulatedWorker): void {
    if (this.#blocked.some((blocked) => blocked.worker === worker && blocked.untilMs > this.nowMs)) return;
    const decision = worker.balancer.takeNow();
    if (decision === undefined) return;
    if (decision.how === 'look') this.#after(decision.afterMs + 1, () => this.#takeOne(worker));
    else if (this.#waiting.length > 0) this.#after(1, () => this.#takeOne(worker));
    else {
      this.#blocked = this.#blocked.filter((blocked) => blocked.worker !== worker);
      this.#blocked.push({ worker, untilMs: this.nowMs + DRAIN_MS });
    }
  }

  #between(lowMs: number, highMs: number): number {
    return lowMs + this.#random() * (highMs - lowMs);
  }

  #after(delayMs: number, run: () => void): void {
    const event = { atMs: this.nowMs + delayMs, run };
    let index = this.#events.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if ((this.#events[parent]?.atMs ?? 0) <= event.atMs) break;
      this.#events[index] = this.#events[parent] as typeof event;
      index = parent;
    }
    this.#events[index] = event;
  }

  #pop(): { readonly atMs: number; readonly run: () => void } {
    const events = this.#events;
    const first = events[0] as (typeof events)[number];
    const last = events.pop() as (typeof events)[number];
    if (events.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= events.length) break;
      if ((events[child + 1]?.atMs ?? Number.POSITIVE_INFINITY) < (events[child]?.atMs ?? 0)) child++;
      if ((events[child]?.atMs ?? 0) >= last.atMs) break;
      events[index] = events[child] as (typeof events)[number];
      index = child;
    }
    events[index] = last;
    return first;
  }
}

const SYNC_MS = 500;
const BOARD_LIFETIME_MS = 1_600;
const RENEWAL_MS = 500;
const DRAIN_MS = 1_000;
const ACCEPT_LIMIT_MS = 1_000;
const CLOSE_MS = 5_000;
