import type { Server } from 'node:http';

/** A browser sends its headers in one packet; the slowest honest line needs a second or two. */
const HEADERS_TIMEOUT_MS = 5_000;
/** For the whole of a request; the longest body is a few kilobytes. Answers may take as long as they like. */
const REQUEST_TIMEOUT_MS = 8_000;
/** How often Node looks for requests that are over their time; 30 s if nothing is said. */
const CHECK_INTERVAL_MS = 1_000;
/** Most connections of all kinds: 2000 viewers, as many again for pages and polls, and room. Node closes what comes above it at once. */
const MAX_CONNECTIONS = 5_000;

/**
 * Ends requests that do not get whole in time, and bounds how many connections there are. To be called before the server listens:
 * then it starts to look. WebSockets and answers under way are none of its business.
 */
export function limitRequests(server: Server): void {
  // The interval is an option of `createServer` and a property of the server, which the types do not know and Nest does not pass on.
  Object.assign(server, {
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: CHECK_INTERVAL_MS,
    maxConnections: MAX_CONNECTIONS,
  });
}
