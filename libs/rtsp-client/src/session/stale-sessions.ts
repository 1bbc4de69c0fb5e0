/**
 * Sessions that a camera keeps serving after their connection is gone.
 *
 * live555 before 2017.06.04 keeps writing an interleaved session to the number of its socket, and a later connection that
 * gets the same number receives foreign frames (retina#17, moonfire#114 and others, mostly Reolink).
 */
export class StaleSessions {
  /** live555's 65 s of inactivity. */
  readonly lifetimeMs = 65_000;
  readonly #expiryByPeer = new Map<string, number>();

  add(peer: string, expiresAtMs: number): void {
    this.#expiryByPeer.delete(peer);
    this.#expiryByPeer.set(peer, expiresAtMs);
    const oldest = this.#expiryByPeer.keys().next().value;
    if (this.#expiryByPeer.size > MAX_PEERS && oldest !== undefined) this.#expiryByPeer.delete(oldest);
  }

  /** How long to wait before connecting over TCP again; 0 when there is nothing to wait for. */
  remainingMs(peer: string, nowMs: number): number {
    const expiry = this.#expiryByPeer.get(peer);
    if (expiry === undefined || expiry > nowMs) return expiry === undefined ? 0 : expiry - nowMs;
    this.#expiryByPeer.delete(peer);
    return 0;
  }
}

const MAX_PEERS = 10_000;

/** @param tool `a=tool` of the SDP, such as `LIVE555 Streaming Media v2014.02.10` with or without text after the date. */
export function isBuggyLive555(tool: string | undefined): boolean {
  const match = /LIVE555 Streaming Media v(\d{4})\.(\d{2})\.(\d{2})/i.exec(tool ?? '');
  return match !== null && `${match[1]}${match[2]}${match[3]}` < FIXED_IN;
}

const FIXED_IN = '20170604';
