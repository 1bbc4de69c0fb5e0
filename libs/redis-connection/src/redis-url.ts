/** Parses the address of a Redis: one server, a master watched by Sentinels, or a Redis Cluster. No I/O. */

export interface RedisNode {
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
}

interface Access {
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** TLS to every server. */
  readonly tls: boolean;
}

export type RedisTarget =
  | (Access & { readonly kind: 'server'; readonly node: RedisNode; readonly database: number })
  | (Access & {
      readonly kind: 'sentinel';
      /** Addresses of the Sentinels; any one that answers will do. */
      readonly nodes: readonly RedisNode[];
      /** Password of the Sentinels themselves, if they have one. */
      readonly sentinelPassword: string | undefined;
      /** Name of the master at the Sentinels. */
      readonly masterName: string;
      readonly database: number;
    })
  /** Any nodes of the cluster; they name the others. */
  | (Access & { readonly kind: 'cluster'; readonly nodes: readonly RedisNode[] });

/** Never repeats the address, which may contain a password. */
export class RedisUrlError extends Error {
  override readonly name = 'RedisUrlError';
}

/**
 * - `redis://[[user]:password@]host[:port][/database]`
 * - `redis+sentinel://[[user]:password@]host[:port],…/master-name[/database][?sentinel_password=…]`
 * - `redis+cluster://[[user]:password@]host[:port],…`
 *
 * and each with `rediss` for TLS. IPv6 addresses stand in brackets, special characters of user and password percent-encoded.
 *
 * @throws RedisUrlError
 */
export function parseRedisUrl(text: string): RedisTarget {
  const match = SHAPE.exec(text);
  if (match?.groups === undefined) throw new RedisUrlError(explain(text));
  const { secure, kind, userInfo, hosts = '', path = '', sentinelPassword } = match.groups;
  if (sentinelPassword !== undefined && kind !== 'sentinel')
    throw new RedisUrlError('has a password for Sentinels, but none');
  const access: Access = { ...readUserInfo(userInfo), tls: secure !== undefined };
  const segments = path.split('/').filter((segment) => segment !== '');
  const nodes = hosts.split(',').map((host) => readNode(host, kind === 'sentinel' ? SENTINEL_PORT : REDIS_PORT));

  switch (kind) {
    case 'cluster':
      if (segments.length > 0)
        throw new RedisUrlError('must end with the hosts: a Redis Cluster has one database only');
      return { ...access, kind, nodes };
    case 'sentinel': {
      const [masterName, database, ...rest] = segments;
      if (masterName === undefined || rest.length > 0)
        throw new RedisUrlError(`must name the master, as in ${SENTINEL_EXAMPLE}`);
      return {
        ...access,
        kind,
        nodes,
        sentinelPassword: sentinelPassword === undefined ? undefined : decoded(sentinelPassword),
        masterName: decoded(masterName),
        database: readDatabase(database),
      };
    }
    default: {
      const [node, ...others] = nodes as [RedisNode, ...RedisNode[]];
      if (others.length > 0) throw new RedisUrlError('names several hosts: say redis+cluster:// or redis+sentinel://');
      if (segments.length > 1) throw new RedisUrlError(`must be as in ${SERVER_EXAMPLE}`);
      return { ...access, kind: 'server', node, database: readDatabase(segments[0]) };
    }
  }
}

/** Adds the password, unless the address has its own. @throws RedisUrlError */
export function withRedisPassword(text: string, password: string): string {
  const own = parseRedisUrl(text).password ?? '';
  if (own !== '') return text;
  const [username = ''] = SHAPE.exec(text)?.groups?.['userInfo']?.split(':') ?? [];
  return text.replace(/\/\/(?:.*@)?/, () => `//${username}:${encodeURIComponent(password)}@`);
}

/** What is wrong with the address, without repeating it; undefined if nothing is. */
export function redisUrlProblem(text: string): string | undefined {
  try {
    parseRedisUrl(text);
    return undefined;
  } catch (error) {
    if (error instanceof RedisUrlError) return error.message;
    throw error;
  }
}

/** Everything up to the last `@` is user-info, whatever characters somebody forgot to encode. */
const SHAPE =
  /^redis(?<secure>s)?(?:\+(?<kind>sentinel|cluster))?:\/\/(?:(?<userInfo>.{0,1024})@)?(?<hosts>[^/@?#\s]{1,4096})(?<path>(?:\/[^/@?#\s]{0,256}){0,4})(?:\?sentinel_password=(?<sentinelPassword>[^&#\s]{1,1024}))?$/;
const HOST = /^(?:\[(?<v6>[0-9a-fA-F:.]+(?:%[\w.-]+)?)\]|(?<name>[^[\]:]+))(?::(?<port>\d{1,5}))?$/;
const REDIS_PORT = 6379;
const SENTINEL_PORT = 26379;
const MAX_DATABASE = 65_535;
const SERVER_EXAMPLE = 'redis://127.0.0.1:6379';
const SENTINEL_EXAMPLE = 'redis+sentinel://host1,host2,host3/mymaster';

function explain(text: string): string {
  if (text === '') return 'must not be empty';
  if (!/^rediss?(\+\w*)?:\/\//.test(text)) return 'must start with redis:// or rediss://';
  if (!/^rediss?(\+(sentinel|cluster))?:\/\//.test(text))
    return 'must start with redis://, redis+sentinel:// or redis+cluster://';
  return `must name a host, as in ${SERVER_EXAMPLE}`;
}

function readUserInfo(userInfo: string | undefined): Pick<Access, 'username' | 'password'> {
  if (userInfo === undefined || userInfo === '') return { username: undefined, password: undefined };
  const colon = userInfo.indexOf(':');
  const username = decoded(colon < 0 ? userInfo : userInfo.slice(0, colon));
  return {
    username: username === '' ? undefined : username,
    password: colon < 0 ? undefined : decoded(userInfo.slice(colon + 1)),
  };
}

function readNode(text: string, defaultPort: number): RedisNode {
  const { v6, name, port } = HOST.exec(text)?.groups ?? {};
  const host = v6 ?? name;
  if (host === undefined) throw new RedisUrlError(`must name a host, as in ${SERVER_EXAMPLE}`);
  const number = port === undefined ? defaultPort : Number(port);
  if (number < 1 || number > 65_535) throw new RedisUrlError('must have ports from 1 to 65535');
  return { host, port: number };
}

function readDatabase(text = '0'): number {
  const database = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(database <= MAX_DATABASE)) throw new RedisUrlError('must have a number for its database');
  return database;
}

/** Returns the text as it is if its encoding is broken: the password then contains a plain `%`. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
