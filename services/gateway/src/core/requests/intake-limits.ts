/** Limits what clients may send, per connection and per address: far above any page's need, and within what one process can bear. */
import { DecayingCounter } from './decaying-counter.ts';

/** Half of what a gateway serves, so that one address cannot take it all. */
const MAX_CONNECTIONS_PER_ADDRESS = 1_000;
/**
 * Unsolicited packets of one connection. Opening a wall of 64 cameras and asking the time takes 70. `ViewerSession` answers requests above 20
 * per second with too-many long before this limit ends the connection.
 */
const MAX_RECENT_OF_CONNECTION = 600;
const CONNECTION_MEMORY_MS = 10_000;
/**
 * Packets from one address. After a gateway restarts, 500 viewers behind one address reconnect within a second and open 36 cameras each: with
 * the cost of the connections, 28,000. As a sustained rate this allows 1,000 per second, some 3 % of a core.
 */
const MAX_RECENT_OF_ADDRESS = 30_000;
const ADDRESS_MEMORY_MS = 30_000;
/** Opening a connection takes as long as this many packets: a handshake, a namespace, and a dozen listeners. */
const CONNECTION_COST = 20;
/** Charged to the address for each connection ended for flooding. After six, the next is ended at its first packets. */
const CUT_COST = 5_000;
/** Most addresses remembered; the oldest is forgotten first. */
const MAX_ADDRESSES = 10_000;

/** Two packets per second. Connections below this survive when their address is over its limit; a page asks for the time every few seconds. */
const MIN_RECENT_OF_THE_HEAVIEST = 20;
/** Eight frames in flight for each of 64 cameras, each followed by a ping. */
const MAX_UNANSWERED = 1_024;

/** Counts what one connection sends. */
export class Intake {
  readonly recent: DecayingCounter;
  readonly #account: AddressAccount;
  readonly #endConnection: () => void;
  /** Frames and pings that the client may still answer for free. */
  #unanswered = 0;

  constructor(account: AddressAccount, nowMs: () => number, endConnection: () => void) {
    this.recent = new DecayingCounter({ memoryMs: CONNECTION_MEMORY_MS, nowMs });
    this.#account = account;
    this.#endConnection = endConnection;
    account.intakes.add(this);
  }

  /** Counts a frame or ping sent, which the client may answer once. */
  onSent(): void {
    if (this.#unanswered < MAX_UNANSWERED) this.#unanswered++;
  }

  /** Counts an answer. It is free when there was something to answer. */
  onAnswer(): void {
    if (this.#unanswered > 0) this.#unanswered--;
    else this.onPacket(1);
  }

  /** Counts an unsolicited packet. */
  onPacket(cost: number): void {
    const isFarOver = this.recent.add(cost) > MAX_RECENT_OF_CONNECTION;
    this.#account.charge(isFarOver ? CUT_COST : cost);
    if (isFarOver) this.cut();
  }

  cut(): void {
    if (this.#account.intakes.delete(this)) this.#endConnection();
  }

  close(): void {
    this.#account.intakes.delete(this);
  }
}

class AddressAccount {
  /** One for each open connection. */
  readonly intakes = new Set<Intake>();
  readonly #recent: DecayingCounter;

  constructor(nowMs: () => number) {
    this.#recent = new DecayingCounter({ memoryMs: ADDRESS_MEMORY_MS, nowMs });
  }

  get isOver(): boolean {
    return this.#recent.value >= MAX_RECENT_OF_ADDRESS;
  }

  /** Above the limit, ends the connection that has sent the most, so that its neighbours behind the same address stay connected. */
  charge(cost: number): void {
    if (this.#recent.add(cost) < MAX_RECENT_OF_ADDRESS) return;
    let heaviest: Intake | undefined;
    let most = MIN_RECENT_OF_THE_HEAVIEST;
    for (const intake of this.intakes) {
      const { value } = intake.recent;
      if (value > most) [heaviest, most] = [intake, value];
    }
    heaviest?.cut();
  }
}

export class IntakeLimits {
  readonly #nowMs: () => number;
  readonly #accounts = new Map<string, AddressAccount>();

  /** @param nowMs monotonic */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Whether this address may open another connection. Counts the attempt. */
  admits(address: string): boolean {
    const account = this.#account(address);
    if (account.isOver || account.intakes.size >= MAX_CONNECTIONS_PER_ADDRESS) return false;
    account.charge(CONNECTION_COST);
    return true;
  }

  /** @param endConnection called at most once, when the connection must be ended */
  open(address: string, endConnection: () => void): Intake {
    return new Intake(this.#account(address), this.#nowMs, endConnection);
  }

  #account(address: string): AddressAccount {
    const known = this.#accounts.get(address);
    if (known !== undefined) return known;
    if (this.#accounts.size >= MAX_ADDRESSES) this.#forgetOne();
    const account = new AddressAccount(this.#nowMs);
    this.#accounts.set(address, account);
    return account;
  }

  /** Forgets the oldest address without connections. There always is one: far fewer have connections than are remembered. */
  #forgetOne(): void {
    for (const [address, account] of this.#accounts) {
      if (account.intakes.size > 0) continue;
      this.#accounts.delete(address);
      return;
    }
  }
}
