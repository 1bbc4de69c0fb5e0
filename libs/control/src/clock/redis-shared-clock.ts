import { performance } from 'node:perf_hooks';
import { ClockBounds } from '@oriel/model';
import { controlKeys } from '../keys.ts';
import type { ControlConnection } from '../redis/control-connection.ts';
import type { SharedClock } from './shared-clock.ts';

export interface RedisSharedClockOptions {
  /** Asks Redis for its time, milliseconds since the Unix epoch. */
  readonly readTimeMs: () => Promise<number>;
  /** By how much the time jumped, for a log: at the start when this host's clock is wrong, later when that of Redis was set. */
  readonly onStep?: (stepMs: number) => void;
  /** Told when Redis cannot be asked; what is known stays. */
  readonly onError?: (error: unknown) => void;
  /** This process' own clock: wall time at its start and monotonic from there. @defaultValue timeOrigin + now of `performance` */
  readonly processNowMs?: () => number;
}

/**
 * Follows the clock of the control Redis, asked once a second. In between this process' monotonic clock goes on, so that nothing
 * that happens to the host's wall clock is noticed. Until Redis has answered once, it is the host's time at the start.
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

  /** Resolves when Redis has answered, or after {@link close}. */
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

  /** {@link nowMs} differs from Redis' clock by at most this; infinite until Redis has answered. */
  get uncertaintyMs(): number {
    return this.#bounds.uncertaintyMs;
  }

  get #offsetMs(): number {
    return this.#bounds.offsetMs ?? 0;
  }

  /** One after the other: at once they would wait for each other, and measure that. */
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
    // Half of the round trip may be an error of this exchange, and not a step.
    if (Math.abs(stepMs) > NOTICED_STEP_MS + this.uncertaintyMs) this.#options.onStep?.(Math.round(stepMs));
  }
}

/** The clock of a service: of the control Redis that it is connected to. A jump is logged. */
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

/** On a Redis Cluster, of the one node that all control keys are on. */
async function redisTimeMs(connection: ControlConnection): Promise<number> {
  const time = await connection.commands.eval(TIME_SCRIPT, 1, controlKeys.clock);
  const [seconds, microseconds] = time as [string, string];
  return Number(seconds) * 1000 + Number(microseconds) / 1000;
}

/** KEYS: only says which node. Returns seconds since the Unix epoch, and microseconds. */
const TIME_SCRIPT = `return redis.call('TIME')`;

/** Also how long it may take until a Redis whose clock was set is followed. */
const INTERVAL_MS = 1_000;
/** The very first ones of a process that starts are slow. */
const FIRST_EXCHANGES = 4;
/** Less is what NTP corrects now and then. */
const NOTICED_STEP_MS = 50;
