/** Finds the client's address behind trusted proxies. */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

export class ClientAddresses {
  readonly #trusted = new BlockList();

  /** @param trustedProxies networks in CIDR notation; `X-Forwarded-For` from anywhere else is ignored */
  constructor(trustedProxies: readonly string[]) {
    for (const network of trustedProxies) {
      const [address = '', bits] = network.split('/');
      this.#trusted.addSubnet(address, Number(bits), familyOf(address));
    }
  }

  /** Whether the address belongs to a trusted proxy, whose connections carry many viewers. */
  isProxy(address: string | undefined): boolean {
    return address !== undefined && isIP(address) > 0 && this.#trusted.check(address, familyOf(address));
  }

  /**
   * The last address that is not a trusted proxy's. Everything before it in `X-Forwarded-For` is the client's own claim. For IPv6 this is the
   * /64 network, because every subscriber has at least that much.
   */
  of(request: Pick<IncomingMessage, 'headers'> & { readonly socket: { readonly remoteAddress?: string } }): string {
    let address = request.socket.remoteAddress ?? 'unknown';
    const forwarded = String(request.headers['x-forwarded-for'] ?? '').split(',');
    while (this.isProxy(address)) {
      const before = forwarded.pop()?.trim() ?? '';
      if (isIP(before) === 0) break;
      address = before;
    }
    return networkOf(address);
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return mapped ?? `${wholeGroups(address).slice(0, 4).join(':')}::/64`;
}

/** All eight groups of an IPv6 address, with `::` expanded. */
function wholeGroups(address: string): string[] {
  const canonical = new URL(`http://[${address.split('%', 1)[0]}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const groups = (part: string | undefined) => (part === undefined || part === '' ? [] : part.split(':'));
  const [front, back] = [groups(head), groups(tail)];
  return [...front, ...Array.from({ length: 8 - front.length - back.length }, () => '0'), ...back];
}
