/** Whether the two Redis servers answer, for readiness and heartbeat. */

/** A check says what is wrong, or nothing. */
export type HealthCheck = () => string | undefined | Promise<string | undefined>;

export interface RedisConnections {
  readonly control: { ping(): Promise<unknown> };
  readonly media: { readonly state: string };
}

/** By the name of the part, as readiness shows them. */
export function redisChecks({
  control,
  media,
}: RedisConnections): Record<'redis-control' | 'redis-media', HealthCheck> {
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

/** All that is wrong, in one line; undefined when nothing is. */
export async function problemOf(checks: Readonly<Record<string, HealthCheck>>): Promise<string | undefined> {
  const problems = await Promise.all(Object.values(checks).map((check) => check()));
  return problems.filter((problem) => problem !== undefined).join('; ') || undefined;
}
