import type { Server } from 'node:http';

/** A browser sends its headers in one packet; the slowest honest connection needs a second or two. */
const HEADERS_TIMEOUT_MS = 5_000;
/** For a whole request; the longest body is a few kilobytes. Responses may take as long as they like. */
const REQUEST_TIMEOUT_MS = 8_000;
/** How often Node checks for requests over their time; its default is 30 s. */
const CHECK_INTERVAL_MS = 1_000;
/**
 * Maximum of all connections: 2000 viewers, as many again for pages and polls, and some room. Node closes any above it
 * at once.
 */
const MAX_CONNECTIONS = 5_000;

/**
 * Ends requests that are not complete in time, and limits the number of connections. Call before the server listens,
 * since it starts checking then. Does not affect WebSockets or responses in progress.
 */
export function limitRequests(server: Server): void {
  // The interval is an option of `createServer` that Nest does not pass on. The server reads it from a property that
  // the types do not know.
  Object.assign(server, {
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: CHECK_INTERVAL_MS,
    maxConnections: MAX_CONNECTIONS,
  });
}
