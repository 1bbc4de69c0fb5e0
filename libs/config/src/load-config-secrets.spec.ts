import { parseRedisUrl } from '@oriel/redis-connection/url';
import { configSecrets, loadConfig } from './index.ts';

const load = (env: Record<string, string>) => loadConfig({ cwd: '/nowhere', env });

describe('secrets', () => {
  it.each([
    ['to an address without one', 'redis://redis:6379', 'redis://:a%3Ab%40%2F%25@redis:6379'],
    ['to a user', 'rediss://oriel@redis/2', 'rediss://oriel:a%3Ab%40%2F%25@redis/2'],
    ['to Sentinels', 'redis+sentinel://s1,s2/main', 'redis+sentinel://:a%3Ab%40%2F%25@s1,s2/main'],
    ['not to an address with one', 'redis+cluster://:own@n1,n2', 'redis+cluster://:own@n1,n2'],
  ])('gives the password of both Redis servers %s', (_, url, expected) => {
    const env = { ORIEL_REDIS_CONTROL_URL: url, ORIEL_REDIS_PASSWORD: 'a:b@/%' };
    const config = load({ ORIEL_RTSP_URL: 'rtsp://a/', ...env });
    expect(config.redis.controlUrl).toBe(expected);
    expect(parseRedisUrl(config.redis.mediaUrl).password).toBe('a:b@/%');
    expect(configSecrets(config)).toContain('a:b@/%');
  });

  it('tells which texts no log may show', () => {
    const config = load({
      ORIEL_REDIS_CONTROL_URL: 'redis://:a%20b@h',
      ORIEL_RTSP_URL: 'rtsp://u:p@h/',
    });
    expect(configSecrets(config).sort()).toEqual(['a b', 'a%20b', 'p']);
  });
});
