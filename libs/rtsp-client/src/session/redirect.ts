/** Where a redirect leads (RFC 2326 §11.3, docs/rtsp-interop.md#redirects). */
import { RtspError } from '../rtsp-error.ts';
import { resolveControlUrl } from '../url/control-url.ts';
import { parseRtspUrl, type RtspCredentials, type RtspUrl } from '../url/rtsp-url.ts';

export interface RedirectTrail {
  readonly url: RtspUrl;
  readonly credentials: RtspCredentials | undefined;
  /** Request URIs so far. */
  readonly visited: readonly string[];
}

/**
 * A camera must not get us to send its password elsewhere: another host gets none, unless the new address has its own or the
 * caller trusts every host.
 *
 * @param location `Location` of the reply; relative ones are resolved against the host.
 * @param refusal What the camera said.
 */
export function nextUrl(
  trail: RedirectTrail,
  location: string | undefined,
  refusal: RtspError,
  trust: 'same-host' | 'any-host',
): RedirectTrail | RtspError {
  const { context } = refusal;
  if (location === undefined || location.trim() === '') {
    return new RtspError('protocol-violation', 'The camera sends us elsewhere but does not say where', context);
  }
  const isAbsolute = /^[a-z]+:\/\//i.test(location.trim());
  const origin = `${trail.url.secure ? 'rtsps' : 'rtsp'}://${trail.url.authority}`;
  const parsed = parseRtspUrl(isAbsolute ? location : resolveControlUrl(origin, location, trail.url));
  if (!parsed.ok)
    return new RtspError('protocol-violation', 'The camera sends us to an address that cannot be used', context);
  if (trail.url.secure && !parsed.url.secure) {
    return new RtspError(
      'tls-failed',
      'The camera sends us from an encrypted to an open connection, which is refused',
      context,
    );
  }
  if (trail.visited.length > MAX_HOPS || trail.visited.includes(parsed.url.requestUri)) {
    return new RtspError('too-many-redirects', 'The camera sends us from one address to the next without end', context);
  }
  const isTrusted = trust === 'any-host' || parsed.url.host.toLowerCase() === trail.url.host.toLowerCase();
  const credentials = parsed.url.credentials ?? (isTrusted ? trail.credentials : undefined);
  return { url: parsed.url, credentials, visited: [...trail.visited, parsed.url.requestUri] };
}

const MAX_HOPS = 5;
