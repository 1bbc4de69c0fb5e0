/** Whether the two Redis servers answer, for readiness and heartbeat. */
import type { ControlConnection } from '@oriel/control';
import type { RedisMediaBus } from '@oriel/media-bus';

export class RedisHealth {
  readonly #control: Pick<ControlConnection, 'commands'>;
  readonly #bus: Pick<RedisMediaBus, 'state'>;

  constructor(control: Pick<ControlConnection, 'commands'>, bus: Pick<RedisMediaBus, 'state'>) {
    this.#control = control;
    this.#bus = bus;
  }

  /** By the name of the part; each says what is wrong, or nothing. */
  readonly checks = {
    'redis-control': async (): Promise<string | undefined> => {
      try {
        await this.#control.commands.ping();
        return undefined;
      } catch {
        // The message would be the socket's; to who asks it only matters that there is no answer.
        return 'Redis (control) does not answer';
      }
    },
    'redis-media': (): string | undefined =>
      this.#bus.state === 'connected' ? undefined : `Redis (media) is ${this.#bus.state}`,
  };

  /** All that is wrong, in one line; undefined when nothing is. */
  async problem(): Promise<string | undefined> {
    const problems = [await this.checks['redis-control'](), this.checks['redis-media']()];
    return problems.filter((problem) => problem !== undefined).join('; ') || undefined;
  }
}
