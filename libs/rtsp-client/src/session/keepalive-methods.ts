/** Which request keeps a session alive, and what comes next when a camera refuses it (docs/rtsp-interop.md#keepalive). */
export class KeepaliveMethods {
  readonly #candidates: readonly string[];
  #index = 0;

  /** @param advertised Methods of `Public`; VLC's server needs GET_PARAMETER, Hipcam does not have it. */
  constructor(advertised: ReadonlySet<string>) {
    this.#candidates = advertised.has('GET_PARAMETER') ? ['GET_PARAMETER', 'OPTIONS'] : ['OPTIONS', 'GET_PARAMETER'];
  }

  get current(): string {
    return this.#candidates[this.#index] ?? 'OPTIONS';
  }

  /** @returns whether the method was changed for the next try. */
  onStatus(statusCode: number): boolean {
    if (!REFUSALS.has(statusCode)) return false;
    this.#index = (this.#index + 1) % this.#candidates.length;
    return true;
  }
}

const REFUSALS: ReadonlySet<number> = new Set([400, 405, 451, 501, 551]);

/** Half the timeout, so that losing one keepalive does no harm; 30 s at most, because some cameras end sessions earlier than they say. */
export function keepaliveIntervalMs(sessionTimeoutS: number): number {
  return Math.min(30_000, Math.max(1_000, (sessionTimeoutS * 1_000) / 2));
}
