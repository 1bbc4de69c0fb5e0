/** All services reach both Redis servers over a relay each, which can hold back what passes. */
import type { Launch, RedisUrls } from '@oriel/local-stack';
import type { Stage } from './failure.ts';
import { SlowRelay } from './slow-relay.ts';

export class SlowLines implements Stage {
  readonly control: SlowRelay;
  readonly media: SlowRelay;

  static readonly open = async (): Promise<SlowLines> =>
    new SlowLines(await SlowRelay.listen(), await SlowRelay.listen());

  private constructor(control: SlowRelay, media: SlowRelay) {
    this.control = control;
    this.media = media;
  }

  readonly launch = (name: string, launch: Launch, { controlUrl, mediaUrl }: RedisUrls): Launch => {
    if (name.startsWith('redis-')) return launch;
    const env = {
      ...launch.env,
      ORIEL_REDIS_CONTROL_URL: this.control.relayed(controlUrl),
      ORIEL_REDIS_MEDIA_URL: this.media.relayed(mediaUrl),
    };
    return { ...launch, env };
  };

  async close(): Promise<void> {
    await Promise.all([this.control.close(), this.media.close()]);
  }
}
