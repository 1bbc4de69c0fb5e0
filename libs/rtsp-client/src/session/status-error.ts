/** What a refused request means to a camera owner (RFC 2326 §11, docs/rtsp-interop.md#refusals). */
import { parseRetryAfter } from '../message/retry-after-header.ts';
import type { RtspResponse } from '../message/rtsp-message.ts';
import { RtspError, type RtspErrorCode, type RtspErrorContext } from '../rtsp-error.ts';

export function statusError(response: RtspResponse, context: RtspErrorContext, wallClockMs: number): RtspError {
  const { statusCode, headers } = response;
  const { code, message } = MEANINGS.get(statusCode) ?? fallbackMeaning(statusCode, context.method);
  const defaultMs = statusCode === 453 ? NOT_ENOUGH_BANDWIDTH_WAIT_MS : undefined;
  const retryAfterMs = parseRetryAfter(headers.get('Retry-After'), wallClockMs) ?? defaultMs;
  return new RtspError(code, message, {
    ...context,
    statusCode,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** Hikvision counts playback sessions and gives 453 for a while after too many (webrtc-streamer#174). */
const NOT_ENOUGH_BANDWIDTH_WAIT_MS = 10_000;

const MEANINGS: ReadonlyMap<number, { code: RtspErrorCode; message: string }> = new Map([
  [401, { code: 'unauthorized', message: 'The camera refused the user name or password' }],
  [403, { code: 'forbidden', message: 'The camera does not allow this user to watch this stream' }],
  [404, { code: 'not-found', message: 'The camera has no stream at this address: check the part after the host' }],
  [453, { code: 'busy', message: 'The camera has no bandwidth or session left: too many viewers are connected to it' }],
  [454, { code: 'session-not-found', message: 'The camera has forgotten the session' }],
  [
    461,
    {
      code: 'unsupported-transport',
      message: 'The camera does not send over this transport: try the other one, tcp or udp',
    },
  ],
  [463, { code: 'unsupported-media', message: 'The camera wants encrypted media, which is not supported' }],
  [503, { code: 'busy', message: 'The camera is busy' }],
]);

function fallbackMeaning(statusCode: number, method: string | undefined): { code: RtspErrorCode; message: string } {
  if (statusCode >= 500) return { code: 'server-error', message: 'The camera reported a fault of its own' };
  if (statusCode === 400 && method === 'DESCRIBE') {
    return { code: 'not-found', message: 'The camera does not understand the address: check the part after the host' };
  }
  return { code: 'protocol-violation', message: 'The camera refused a request' };
}
