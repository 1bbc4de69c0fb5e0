import { networkInterfaces } from 'node:os';

/**
 * The address at which other machines reach a server of this process. If the server listens on every interface, its
 * wildcard or loopback URL becomes one of this machine's own addresses (IPv4 first), as in a container network.
 *
 * @param url where it listens, e.g. `http://127.0.0.1:9100`
 * @param host the host it was configured to listen on, e.g. `0.0.0.0`
 */
export function advertisedUrl(url: string, host: string): string {
  if (!WILDCARDS.has(host)) return url;
  const addresses = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, scopeid }) => !internal && !scopeid);
  const address = addresses.find(({ family }) => family === 'IPv4') ?? addresses[0];
  if (address === undefined) return url;
  const { protocol, port } = new URL(url);
  return `${protocol}//${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${port}`;
}

const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::', '']);
