import type { LeaseHandOvers } from '../lease-hand-overs.ts';
import type { WorkReach } from '../work-reach.ts';
import type { LeaseBalancer } from './lease-balancer.ts';
import type { LoadBoard, LoadBoardReading } from './load-board.ts';

export interface LoadExchangeDeps {
  readonly board: Pick<LoadBoard, 'exchange' | 'remove'>;
  readonly balancer: LeaseBalancer;
  readonly handOvers: Pick<LeaseHandOvers, 'offer'>;
  readonly reach: Pick<WorkReach, 'look'>;
  /** What others do may allow to take a camera now. @param active cameras that this worker or another holds */
  readonly onRead: (active: number) => void;
  readonly onError: (error: unknown) => void;
}

/** Tells the other workers twice a second how much this one has to do, reads the same of them, and acts on it. */
export class LoadExchange {
  readonly #deps: LoadExchangeDeps;
  #timer: NodeJS.Timeout | undefined;
  #exchanging: Promise<boolean> | undefined;

  constructor(deps: LoadExchangeDeps) {
    this.#deps = deps;
  }

  /** Resolves when the others are known, or Redis has not answered. */
  async start(): Promise<void> {
    this.#timer = setInterval(() => void this.exchange(), INTERVAL_MS);
    await this.exchange();
  }

  /** Out of turn, as when closing. @returns whether Redis answered */
  exchange(): Promise<boolean> {
    this.#exchanging ??= this.#exchange().finally(() => {
      this.#exchanging = undefined;
    });
    return this.#exchanging;
  }

  /** Offers what should move, by what is known now. */
  offer(): void {
    const { balancer, handOvers } = this.#deps;
    for (const planned of balancer.handOvers()) handOvers.offer(planned);
  }

  /** Takes this worker off the board, unless Redis is away. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#exchanging !== undefined) await this.#exchanging;
    // Left there, it expires by itself.
    await this.#deps.board.remove(this.#deps.balancer.self.id).catch((error: unknown) => this.#deps.onError(error));
  }

  async #exchange(): Promise<boolean> {
    const { board, balancer, reach } = this.#deps;
    balancer.reaches(reach.look());
    let reading: LoadBoardReading;
    try {
      reading = await board.exchange(balancer.self, balancer.takeNewCosts());
      balancer.boardRead(reading.others, reading.waiting, reading.hostWorkers);
    } catch (error) {
      // What was known stays: without Redis no lease changes hands anyway.
      this.#deps.onError(error);
      return false;
    }
    this.offer();
    this.#deps.onRead(reading.active);
    return true;
  }
}

const INTERVAL_MS = 500;
