/** Limits what clients may send, for each connection and for each address: far above any page's need, and within what one process can bear. */
import { DecayingCounter } from './decaying-counter.ts';

/** Half of what a gateway serves, so that no address takes it all. */
const MAX_CONNECTIONS_PER_ADDRESS = 1_000;
/**
 * Packets that one connection may send unasked. Opening a wall of 64 cameras and asking the time takes 70. `ViewerSession` answers requests
 * above 20 a second with too-many long before the connection is ended here.
 */
const MAX_RECENT_OF_CONNECTION = 600;
const CONNECTION_MEMORY_MS = 10_000;
/**
 * Packets from one address: after a gateway restarts, 500 viewers behind one address come back within a second and open 36 cameras each,
 * which is 28,000. As a lasting rate this allows 1,000 a second, some 3 % of a core.
 */
const MAX_RECENT_OF_ADDRESS = 30_000;
const ADDRESS_MEMORY_MS = 30_000;
/** What opening a connection costs, in packets' worth of time: a handshake, a namespace, and a dozen listeners. */
const CONNECTION_COST = 20;
/** What a connection ended for flooding costs its address: after six of them, the next is ended at its first packets. */
const CUT_COST = 5_000;
/** Addresses remembered at most; the oldest is forgotten first. */
const MAX_ADDRESSES = 10_000;

/** Above an address' limit, a connection below this is spared: two packets a second; a page asks for the time every few seconds. */
const MIN_RECENT_OF_THE_HEAVIEST = 20;
/** Eight frames in flight for each of 64 cameras, and a ping behind each. */
const MAX_UNANSWERED = 1_024;

/** One connection's account. */
export class Intake {
  readonly recent: DecayingCounter;
  readonly #account: AddressAccount;
  readonly #endConnection: () => void;
  /** Frames and pings sent that the client may still answer for free. */
  #unanswered = 0;

  constructor(account: AddressAccount, nowMs: () => number, endConnection: () => void) {
    this.recent = new DecayingCounter({ memoryMs: CONNECTION_MEMORY_MS, nowMs });
    this.#account = account;
    this.#endConnection = endConnection;
    account.intakes.add(this);
  }

  /** Counts something sent that the client may answer once. */
  onSent(): void {
    if (this.#unanswered < MAX_UNANSWERED) this.#unanswered++;
  }

  /** Counts an answer: free if there was something to answer. */
  onAnswer(): void {
    if (this.#unanswered > 0) this.#unanswered--;
    else this.onPacket(1);
  }

  /** Counts something that the client sent unasked. */
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

  /** Above the limit, ends the connection that has sent most, so that its neighbours behind the address keep theirs. */
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

  /** Whether this address may open one more connection; counts the attempt. */
  admits(address: string): boolean {
    const account = this.#account(address);
    if (account.isOver || account.intakes.size >= MAX_CONNECTIONS_PER_ADDRESS) return false;
    account.charge(CONNECTION_COST);
    return true;
  }

  /** @param endConnection - called at most once, when the connection has to go */
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

  /** Forgets the oldest address without connections; far fewer have connections than are remembered. */
  #forgetOne(): void {
    for (const [address, account] of this.#accounts) {
      if (account.intakes.size > 0) continue;
      this.#accounts.delete(address);
      return;
    }
  }
}
