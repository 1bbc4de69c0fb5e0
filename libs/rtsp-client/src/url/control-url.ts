/**
 * From `Content-Base` and `a=control` to the URLs of SETUP and PLAY (RFC 2326 §C.1.1), the way cameras mean them.
 *
 * Not RFC 3986 resolution: real merging drops the last path segment and the query, which breaks VStarcam (retina#9) and
 * every Dahua. Like live555 and ffmpeg, a relative control is appended to the whole base, query included.
 */
import { parseRtspUrl, type RtspUrl } from './rtsp-url.ts';

export interface DescribeLocation {
  /** The URL of the DESCRIBE that was answered. */
  readonly request: RtspUrl;
  readonly contentBase: string | undefined;
  readonly contentLocation: string | undefined;
  /** Session-level `a=control` of the SDP. */
  readonly sessionControl: string | undefined;
}

export interface ControlUrlOptions {
  /** Keep hosts that the camera writes, even when it names another than the one connected to. @defaultValue false */
  readonly keepForeignHosts?: boolean;
}

/** Base for media controls: absolute session control only when the headers say nothing, else the headers in their order. */
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
  // A control that brings its own separator (go2rtc#1236) gets no second one.
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
  // Anjvision leaves out the scheme (moonfire#356).
  const parsed = parseRtspUrl(ABSOLUTE.test(text) ? text : `${scheme}://${text}`);
  if (!parsed.ok) return request.requestUri;
  // Behind NAT a camera writes its private address (webrtc-streamer#215); the connection it answers on is the right one.
  const isForeign = parsed.url.host.toLowerCase() !== request.host.toLowerCase().replace(/%.*$/, '');
  if (isForeign && options.keepForeignHosts !== true)
    return `${scheme}://${request.authority}${parsed.url.pathAndQuery}`;
  return `${scheme}://${parsed.url.authority}${parsed.url.pathAndQuery}`;
}

function encodeBlanks(text: string): string {
  return text.replaceAll(' ', '%20');
}
