import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a page may open a socket. Only pages from the same host and port may, so that another site's page cannot watch
 * with its visitor's cookies. Programs send no Origin and are let through.
 */
export function isSameOrigin(headers: IncomingHttpHeaders): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return true;
  if (host === undefined || !URL.canParse(origin)) return false;
  const { protocol, host: originHost } = new URL(origin);
  // Parsed with the page's scheme, so that a Host with the default port spelled out compares equal.
  const own = `${protocol}//${host}`;
  return URL.canParse(own) && new URL(own).host === originHost;
}
