import { parseRedisUrl, redisUrlProblem, withRedisPassword } from './redis-url.ts';

const OPEN = { username: undefined, password: undefined, tls: false };

it.each([
  {
    url: 'redis://127.0.0.1:6379',
    expected: { ...OPEN, kind: 'server', node: { host: '127.0.0.1', port: 6379 }, database: 0 },
  },
  {
    url: 'rediss://app:p%40ss@redis.example/3',
    expected: {
      kind: 'server',
      username: 'app',
      password: 'p@ss',
      tls: true,
      node: { host: 'redis.example', port: 6379 },
      database: 3,
    },
  },
  {
    url: 'redis://:a/b@c:d@[::1]:7000/',
    expected: { ...OPEN, kind: 'server', password: 'a/b@c:d', node: { host: '::1', port: 7000 }, database: 0 },
  },
  {
    url: 'redis://:100%@h',
    expected: { ...OPEN, kind: 'server', password: '100%', node: { host: 'h', port: 6379 }, database: 0 },
  },
  {
    url: 'redis+cluster://:secret@a:7000,b,[fe80::1]:7002',
    expected: {
      ...OPEN,
      kind: 'cluster',
      password: 'secret',
      nodes: [
        { host: 'a', port: 7000 },
        { host: 'b', port: 6379 },
        { host: 'fe80::1', port: 7002 },
      ],
    },
  },
  {
    url: 'rediss+sentinel://u:p@s1,s2:5000/my-master/2',
    expected: {
      kind: 'sentinel',
      username: 'u',
      password: 'p',
      tls: true,
      nodes: [
        { host: 's1', port: 26379 },
        { host: 's2', port: 5000 },
      ],
      sentinelPassword: undefined,
      masterName: 'my-master',
      database: 2,
    },
  },
  {
    url: 'redis+sentinel://:p@s1/main?sentinel_password=q%26a',
    expected: {
      ...OPEN,
      kind: 'sentinel',
      password: 'p',
      nodes: [{ host: 's1', port: 26379 }],
      sentinelPassword: 'q&a',
      masterName: 'main',
      database: 0,
    },
  },
])('reads $url', ({ url, expected }) => {
  expect(parseRedisUrl(url)).toEqual(expected);
});

it.each([
  { url: '', problem: 'must not be empty' },
  { url: 'http://:canary@h', problem: 'must start with redis:// or rediss://' },
  { url: 'redis+ring://:canary@h', problem: 'must start with redis://, redis+sentinel:// or redis+cluster://' },
  { url: 'redis://', problem: 'must name a host, as in redis://127.0.0.1:6379' },
  { url: 'redis://:canary@', problem: 'must name a host, as in redis://127.0.0.1:6379' },
  { url: 'redis://:canary@a,b', problem: 'names several hosts: say redis+cluster:// or redis+sentinel://' },
  { url: 'redis://:canary@h:0', problem: 'must have ports from 1 to 65535' },
  { url: 'redis://:canary@h:70000', problem: 'must have ports from 1 to 65535' },
  { url: 'redis://:canary@h/zero', problem: 'must have a number for its database' },
  { url: 'redis+cluster://:canary@a,b/1', problem: 'must end with the hosts: a Redis Cluster has one database only' },
  { url: 'redis://h?sentinel_password=canary', problem: 'has a password for Sentinels, but none' },
  { url: 'redis+cluster://:canary@a,,b', problem: 'must name a host, as in redis://127.0.0.1:6379' },
  {
    url: 'redis+sentinel://:canary@a,b',
    problem: 'must name the master, as in redis+sentinel://host1,host2,host3/mymaster',
  },
])('refuses $url without repeating it', ({ url, problem }) => {
  expect(redisUrlProblem(url)).toBe(problem);
});

it.each([
  { url: 'redis://h', expected: 'redis://:a%3Ab%40%2F%25@h' },
  { url: 'redis://app@h:7000/3', expected: 'redis://app:a%3Ab%40%2F%25@h:7000/3' },
  { url: 'redis://app:@h', expected: 'redis://app:a%3Ab%40%2F%25@h' },
  { url: 'redis://:@h', expected: 'redis://:a%3Ab%40%2F%25@h' },
  { url: 'redis+cluster://[::1]:7000,b', expected: 'redis+cluster://:a%3Ab%40%2F%25@[::1]:7000,b' },
  {
    url: 'redis+sentinel://s/main?sentinel_password=q',
    expected: 'redis+sentinel://:a%3Ab%40%2F%25@s/main?sentinel_password=q',
  },
  { url: 'redis://:own@h', expected: 'redis://:own@h' },
])('gives $url a password', ({ url, expected }) => {
  const given = withRedisPassword(url, 'a:b@/%');
  expect(given).toBe(expected);
  expect(parseRedisUrl(given).password).toBe(url.includes('own') ? 'own' : 'a:b@/%');
});
