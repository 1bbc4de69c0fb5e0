/** Whether the two Redis servers answer. */
import type { ReadinessCheck } from './readiness.ts';

export interface RedisConnections {
  readonly control: { ping(): Promise<unknown> };
  readonly media: { readonly state: string };
}

/** By the name of the part, as readiness shows them. */
export function redisChecks({
  control,
  media,
}: RedisConnections): Record<'redis-control' | 'redis-media', ReadinessCheck> {
  return {
    'redis-control': async () => {
      try {
        await control.ping();
        return undefined;
      } catch {
        // The message would be the socket's; to who asks it only matters that there is no answer.
        return 'Redis (control) does not answer';
      }
    },
    'redis-media': () => (media.state === 'connected' ? undefined : `Redis (media) is ${media.state}`),
  };
}
