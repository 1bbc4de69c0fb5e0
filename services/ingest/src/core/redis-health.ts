/** Whether the two Redis servers answer, for readiness and heartbeat. */
import type { ControlConnection } from '@oriel/control';
import type { RedisMediaBus } from '@oriel/media-bus';

export class RedisHealth {
  constructor(
    private readonly control: Pick<ControlConnection, 'commands'>,
    private readonly bus: Pick<RedisMediaBus, 'state'>,
  ) {}

  /** By the name of the part; each says what is wrong, or nothing. */
  readonly checks = {
    'redis-control': async (): Promise<string | undefined> => {
      try {
        await this.control.commands.ping();
        return undefined;
      } catch {
        // The message would be that of the socket; what counts for who asks is that it does not answer.
        return 'Redis (control) does not answer';
      }
    },
    'redis-media': (): string | undefined =>
      this.bus.state === 'connected' ? undefined : `Redis (media) is ${this.bus.state}`,
  };

  /** All of what is wrong in one line; undefined when nothing is. */
  async problem(): Promise<string | undefined> {
    const problems = [await this.checks['redis-control'](), this.checks['redis-media']()];
    return problems.filter((problem) => problem !== undefined).join('; ') || undefined;
  }
}
