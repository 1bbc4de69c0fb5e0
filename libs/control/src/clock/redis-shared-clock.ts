import { performance } from 'node:perf_hooks';
import { ClockBounds } from '@oriel/model';
import { controlKeys } from '../keys.ts';
import type { ControlConnection } from '../redis/control-connection.ts';
import type { SharedClock } from './shared-clock.ts';

export interface RedisSharedClockOptions {
  /** Reads Redis' time, in milliseconds since the Unix epoch. */
  readonly readTimeMs: () => Promise<number>;
  /** Reports a jump of the time, for a log: at the start if this host's clock is wrong, later if Redis' clock was set. */
  readonly onStep?: (stepMs: number) => void;
  /** Reports that Redis could not be asked. The last known offset stays. */
  readonly onError?: (error: unknown) => void;
  /** The process's own clock: wall time at its start, monotonic from there. @defaultValue timeOrigin + now of `performance` */
  readonly processNowMs?: () => number;
}

/**
 * Follows the clock of the control Redis, which it reads once a second. In between it runs on the process's monotonic clock, so changes to
 * the host's wall clock have no effect. Until Redis has answered once, it runs on from the host's time at process start.
 */
export class RedisSharedClock implements SharedClock {
  readonly #options: RedisSharedClockOptions;
  readonly #processNowMs: () => number;
  readonly #bounds = new ClockBounds();
  #timer: NodeJS.Timeout | undefined;
  #isMeasuring = false;
  #settle: () => void = () => undefined;
  readonly #settled = new Promise<void>((resolve) => {
    this.#settle = resolve;
  });

  constructor(options: RedisSharedClockOptions) {
    this.#options = options;
    this.#processNowMs = options.processNowMs ?? (() => performance.timeOrigin + performance.now());
  }

  /** Resolves once Redis has answered, or after {@link close}. */
  start(): Promise<void> {
    this.#timer ??= setInterval(() => void this.#measure(1), INTERVAL_MS);
    void this.#measure(FIRST_EXCHANGES);
    return this.#settled;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#settle();
  }

  nowMs(): number {
    return this.#processNowMs() + this.#offsetMs;
  }

  fromProcessUs(processUs: number): number {
    return Math.round(processUs + this.#offsetMs * 1000);
  }

  /** Largest possible difference of {@link nowMs} from Redis' clock; infinite until Redis has answered. */
  get uncertaintyMs(): number {
    return this.#bounds.uncertaintyMs;
  }

  get #offsetMs(): number {
    return this.#bounds.offsetMs ?? 0;
  }

  /** Asks one after the other. Together, requests would wait for each other and measure that. */
  async #measure(exchanges: number): Promise<void> {
    if (this.#isMeasuring) return;
    this.#isMeasuring = true;
    try {
      for (let exchange = 0; exchange < exchanges; exchange++) {
        const sentAtMs = this.#processNowMs();
        const serverTimeMs = await this.#options.readTimeMs();
        this.#learn(sentAtMs, this.#processNowMs(), serverTimeMs);
      }
    } catch (error) {
      this.#options.onError?.(error);
    }
    this.#isMeasuring = false;
  }

  #learn(sentAtMs: number, receivedAtMs: number, serverTimeMs: number): void {
    const beforeMs = this.#offsetMs;
    this.#bounds.add({ sentAtMs, receivedAtMs, serverTimeMs });
    this.#settle();
    const stepMs = this.#offsetMs - beforeMs;
    // Up to half the round trip may be this exchange's error rather than a step.
    if (Math.abs(stepMs) > NOTICED_STEP_MS + this.uncertaintyMs) this.#options.onStep?.(Math.round(stepMs));
  }
}

/** Creates a service's clock, which follows its control Redis and logs jumps. */
export function createSharedClock(
  connection: ControlConnection,
  logger: { warn(fields: object, message: string): void },
): RedisSharedClock {
  return new RedisSharedClock({
    readTimeMs: () => redisTimeMs(connection),
    onStep: (stepMs) =>
      logger.warn(
        { stepMs },
        "the time jumped: the clock of this host is not that of Redis (control), or Redis' was set",
      ),
    onError: (error) => connection.report(error),
  });
}

/** Reads the time; on a Redis Cluster, that of the node with all control keys. */
async function redisTimeMs(connection: ControlConnection): Promise<number> {
  const time = await connection.commands.eval(TIME_SCRIPT, 1, controlKeys.clock);
  const [seconds, microseconds] = time as [string, string];
  return Number(seconds) * 1000 + Number(microseconds) / 1000;
}

/** KEYS: selects the node. Returns seconds since the Unix epoch, and microseconds. */
const TIME_SCRIPT = `return redis.call('TIME')`;

/** Also the longest delay until a change of Redis' clock is followed. */
const INTERVAL_MS = 1_000;
/** Several, because the first exchanges of a new process are slow. */
const FIRST_EXCHANGES = 4;
/** Smaller steps are ordinary NTP corrections. */
const NOTICED_STEP_MS = 50;
