/**
 * Derives the URLs of SETUP and PLAY from `Content-Base` and `a=control` (RFC 2326 §C.1.1), the way cameras mean them.
 *
 * This is not RFC 3986 resolution, which would drop the last path segment and the query and so break VStarcam (retina#9)
 * and every Dahua. As in live555 and ffmpeg, a relative control is appended to the whole base, query included.
 */
import { parseRtspUrl, type RtspUrl } from './rtsp-url.ts';

export interface DescribeLocation {
  /** URL of the answered DESCRIBE. */
  readonly request: RtspUrl;
  readonly contentBase: string | undefined;
  readonly contentLocation: string | undefined;
  /** Session-level `a=control` of the SDP. */
  readonly sessionControl: string | undefined;
}

export interface ControlUrlOptions {
  /** Keeps the host that the camera writes even when it is not the connected one. @defaultValue false */
  readonly keepForeignHosts?: boolean;
}

/** Base for media controls: `Content-Base`, else `Content-Location`, else an absolute session control, else the request URL. */
export function resolveBaseUrl(location: DescribeLocation, options: ControlUrlOptions = {}): string {
  const header = firstNonEmpty(location.contentBase, location.contentLocation);
  if (header !== undefined) return absolute(header, location.request, options);
  const session = location.sessionControl?.trim() ?? '';
  return ABSOLUTE.test(session) ? absolute(session, location.request, options) : location.request.requestUri;
}

/** Target of PLAY, keepalive and TEARDOWN. */
export function resolveAggregateUrl(location: DescribeLocation, options: ControlUrlOptions = {}): string {
  return resolveControlUrl(resolveBaseUrl(location, options), location.sessionControl, location.request, options);
}

/** Target of SETUP for one media. */
export function resolveControlUrl(
  base: string,
  control: string | undefined,
  request: RtspUrl,
  options: ControlUrlOptions = {},
): string {
  const trimmed = control?.trim() ?? '';
  if (trimmed === '' || trimmed === '*') return base;
  if (ABSOLUTE.test(trimmed)) return absolute(trimmed, request, options);
  // Adds no second separator if the control brings its own (go2rtc#1236).
  if (trimmed.startsWith('?')) return base + encodeBlanks(trimmed);
  if (trimmed.startsWith('/')) return base.replace(/\/$/, '') + encodeBlanks(trimmed);
  return base + (base.endsWith('/') ? '' : '/') + encodeBlanks(trimmed);
}

const ABSOLUTE = /^rtsps?:\/\//i;

function firstNonEmpty(...values: readonly (string | undefined)[]): string | undefined {
  return values.find((value) => value !== undefined && value.trim() !== '')?.trim();
}

function absolute(text: string, request: RtspUrl, options: ControlUrlOptions): string {
  const scheme = request.secure ? 'rtsps' : 'rtsp';
  if (text.startsWith('/')) return `${scheme}://${request.authority}${encodeBlanks(text)}`;
  // Anjvision omits the scheme (moonfire#356).
  const parsed = parseRtspUrl(ABSOLUTE.test(text) ? text : `${scheme}://${text}`);
  if (!parsed.ok) return request.requestUri;
  // Behind NAT a camera writes its private address (webrtc-streamer#215). The address it answers on is the right one.
  const isForeign = parsed.url.host.toLowerCase() !== request.host.toLowerCase().replace(/%.*$/, '');
  if (isForeign && options.keepForeignHosts !== true)
    return `${scheme}://${request.authority}${parsed.url.pathAndQuery}`;
  return `${scheme}://${parsed.url.authority}${parsed.url.pathAndQuery}`;
}

function encodeBlanks(text: string): string {
  return text.replaceAll(' ', '%20');
}
