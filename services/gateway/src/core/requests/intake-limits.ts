/** What viewers may send, each and all of one address together: far more than a page ever does, and what one process can bear. */
import { DecayingCounter } from './decaying-counter.ts';

/** Most connections of one address: half of what a gateway serves, so that no address takes them all. */
const MAX_CONNECTIONS_PER_ADDRESS = 1_000;
/**
 * Most that one connection sends without being asked. Opening a wall of 64 cameras and asking the time takes 70 packets; a request above
 * 20 a second is answered with too-many (see `ViewerSession`) for a while before the line is cut here.
 */
const MAX_RECENT_OF_CONNECTION = 600;
const CONNECTION_MEMORY_MS = 10_000;
/**
 * Most of one address. After a gateway's restart 500 viewers behind one address come back in a second and open 36 cameras each: 28,000.
 * For as long as it lasts, 1,000 a second: some 3 % of a core.
 */
const MAX_RECENT_OF_ADDRESS = 30_000;
const ADDRESS_MEMORY_MS = 30_000;
/** In packets, by the time it takes: a connection is a handshake, a namespace, and a dozen listeners. */
const CONNECTION_COST = 20;
/** A cut connection costs its address this: who connects again and goes on gets six floods in, and is then ended at its first packets. */
const CUT_COST = 5_000;
/** Most addresses that are remembered; the one that was seen first is forgotten first. */
const MAX_ADDRESSES = 10_000;

/**
 * When an address is over, only who sends more than this goes: two packets a second. A page asks for the time every few seconds.
 */
const MIN_RECENT_OF_THE_HEAVIEST = 20;
/** Eight frames of each of 64 cameras under way, and a ping behind each. */
const MAX_UNANSWERED = 1_024;

/** One connection's account. */
export class Intake {
  readonly recent: DecayingCounter;
  readonly #account: AddressAccount;
  readonly #endConnection: () => void;
  /** What its client may still answer: frames and pings that it was sent. */
  #unanswered = 0;

  constructor(account: AddressAccount, nowMs: () => number, endConnection: () => void) {
    this.recent = new DecayingCounter({ memoryMs: CONNECTION_MEMORY_MS, nowMs });
    this.#account = account;
    this.#endConnection = endConnection;
    account.intakes.add(this);
  }

  /** The client was sent something that it may answer once. */
  onSent(): void {
    if (this.#unanswered < MAX_UNANSWERED) this.#unanswered++;
  }

  /** The client has answered: free, if there was something to answer. */
  onAnswer(): void {
    if (this.#unanswered > 0) this.#unanswered--;
    else this.onPacket(1);
  }

  /** The client has sent something of its own accord. */
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
  /** Of the connections that are open. */
  readonly intakes = new Set<Intake>();
  readonly #recent: DecayingCounter;

  constructor(nowMs: () => number) {
    this.#recent = new DecayingCounter({ memoryMs: ADDRESS_MEMORY_MS, nowMs });
  }

  get isOver(): boolean {
    return this.#recent.value >= MAX_RECENT_OF_ADDRESS;
  }

  /** When all together are over, the connection that has sent most goes: neighbours behind the same address keep theirs. */
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

  /** Whether this address may have one connection more; counts the attempt. */
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

  /** Never one that has connections: there are far fewer of those than addresses. */
  #forgetOne(): void {
    for (const [address, account] of this.#accounts) {
      if (account.intakes.size > 0) continue;
      this.#accounts.delete(address);
      return;
    }
  }
}
