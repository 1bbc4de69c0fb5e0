/** Checks whether the two Redis servers answer. */
import type { ReadinessCheck } from './readiness.ts';

export interface RedisConnections {
  readonly control: { ping(): Promise<unknown> };
  readonly media: { readonly state: string };
}

/** Checks by the name under which readiness shows them. */
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
        // The error would be the socket's. Whoever asks needs to know only that there is no answer.
        return 'Redis (control) does not answer';
      }
    },
    'redis-media': () => (media.state === 'connected' ? undefined : `Redis (media) is ${media.state}`),
  };
}
