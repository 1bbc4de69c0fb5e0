/**
 * Parses the address that a person types for a camera (RFC 2326 §3.2), more leniently than RFC 3986.
 *
 * WHATWG `URL` throws on `#` or `/` in a password and rewrites paths. This parser splits the authority itself and keeps
 * path and query byte for byte, because cameras compare them as text.
 */
import { isIPv4, isIPv6 } from 'node:net';

export interface RtspCredentials {
  readonly username: string;
  readonly password: string;
}

export interface RtspUrl {
  readonly secure: boolean;
  /** Name or address without brackets. Keeps an IPv6 zone, which `connect` needs. */
  readonly host: string;
  readonly port: number;
  /** Host and port as typed. IPv6 is in brackets, without its zone (RFC 6874 §4). */
  readonly authority: string;
  /** Empty, or starts with `/` or `?`. Never decoded. */
  readonly pathAndQuery: string;
  /** Used in request lines and the digest `uri`. Never contains user-info. */
  readonly requestUri: string;
  /** Percent-decoded once. */
  readonly credentials: RtspCredentials | undefined;
}

export type ParsedRtspUrl =
  | { readonly ok: true; readonly url: RtspUrl }
  | { readonly ok: false; readonly problem: string };

/** Never throws. Problems never repeat the text, which may contain a password. */
export function parseRtspUrl(text: string): ParsedRtspUrl {
  const trimmed = text.trim();
  if (trimmed.length > MAX_URL_CHARACTERS)
    return refused(`The address is longer than ${MAX_URL_CHARACTERS} characters`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a line break in an address would end the request line early.
  if (/[\x00-\x1f\x7f]/.test(trimmed)) return refused('The address holds a line break or another control character');

  const { scheme, rest } = splitScheme(trimmed);
  const secure = SECURE_BY_SCHEME.get(scheme);
  if (secure === undefined) return refused('The address must begin with rtsp:// or rtsps://');

  const { userInfo, afterUserInfo } = splitUserInfo(rest);
  const hostEnd = indexOfAny(afterUserInfo, '/?#');
  const location = parseHostAndPort(afterUserInfo.slice(0, hostEnd));
  if (location === undefined)
    return refused('The address has no usable host name, or its port is not a number from 1 to 65535');

  const { host, port } = location;
  const bareHost = host.replace(/%.*$/, '');
  const bracketed = isIPv6(bareHost) ? `[${bareHost}]` : host;
  const authority = port === undefined ? bracketed : `${bracketed}:${port}`;
  const pathAndQuery = afterUserInfo.slice(hostEnd).replace(/#.*$/, '').replaceAll(' ', '%20');
  return {
    ok: true,
    url: {
      secure,
      host,
      port: port ?? (secure ? DEFAULT_SECURE_PORT : DEFAULT_PORT),
      authority,
      pathAndQuery,
      requestUri: `${secure ? 'rtsps' : 'rtsp'}://${authority}${pathAndQuery}`,
      credentials: userInfo === undefined ? undefined : parseUserInfo(userInfo),
    },
  };
}

const MAX_URL_CHARACTERS = 2_048;
const DEFAULT_PORT = 554;
/** IANA `rtsps`. */
const DEFAULT_SECURE_PORT = 322;
const SECURE_BY_SCHEME: ReadonlyMap<string, boolean> = new Map([
  ['rtsp', false],
  ['rtsps', true],
]);

function refused(problem: string): ParsedRtspUrl {
  return { ok: false, problem };
}

/** Accepts a missing scheme (go2rtc#1852), a scheme pasted twice (go2rtc#830) and a wrong number of slashes. */
function splitScheme(text: string): { scheme: string; rest: string } {
  let rest = text;
  let scheme = 'rtsp';
  for (;;) {
    const match = /^(rtsps?):\/{1,3}/i.exec(rest) ?? /^([a-z][a-z0-9+.-]*):\/\//i.exec(rest);
    if (match?.[1] === undefined) return { scheme, rest };
    scheme = match[1].toLowerCase();
    rest = rest.slice(match[0].length);
    if (!SECURE_BY_SCHEME.has(scheme)) return { scheme, rest };
  }
}

/**
 * Finds the end of user-info when the password may contain raw `@ : / ? #`.
 *
 * Every `@` followed by a plausible `host[:port]` is a candidate. An address beats a dotted name, which beats a bare
 * word. Ties go to the one before the first `/`, `?` or `#`, as in RFC 3986, then to the last one.
 */
function splitUserInfo(rest: string): { userInfo: string | undefined; afterUserInfo: string } {
  const headEnd = indexOfAny(rest, '/?#');
  if (!rest.slice(0, headEnd).includes('@') && plausibility(rest) >= DOTTED_NAME) {
    return { userInfo: undefined, afterUserInfo: rest };
  }

  let best = { at: -1, score: 0 };
  for (let at = rest.indexOf('@'); at >= 0; at = rest.indexOf('@', at + 1)) {
    const rank = plausibility(rest.slice(at + 1));
    const score = rank === 0 ? 0 : rank * 2 + (at < headEnd ? 1 : 0);
    if (score > 0 && score >= best.score) best = { at, score };
  }
  if (best.at < 0) return { userInfo: undefined, afterUserInfo: rest };
  return { userInfo: rest.slice(0, best.at), afterUserInfo: rest.slice(best.at + 1) };
}

const IP_ADDRESS = 3;
const DOTTED_NAME = 2;
const BARE_WORD = 1;

/** Rates how much the text up to `/`, `?`, `#` or its end looks like `host[:port]`; 0 when it does not. */
function plausibility(text: string): number {
  const location = parseHostAndPort(text.slice(0, indexOfAny(text, '/?#')));
  if (location === undefined) return 0;
  const host = location.host.replace(/%.*$/, '');
  if (isIPv4(host) || isIPv6(host)) return IP_ADDRESS;
  return host.includes('.') || host === 'localhost' ? DOTTED_NAME : BARE_WORD;
}

function parseHostAndPort(text: string): { host: string; port: number | undefined } | undefined {
  const bracketed = /^\[([^\]]+)\](?::(\d*))?$/.exec(text);
  if (bracketed?.[1] !== undefined) {
    // RFC 6874 spells the zone's `%` as `%25`; people type a bare `%`.
    const host = bracketed[1].replace(/%25(?=.)/, '%');
    return isIPv6(host.replace(/%.*$/, '')) ? withPort(host, bracketed[2]) : undefined;
  }
  // Unbracketed IPv6 (WebRTC#395) cannot have a port: it would read as the last group.
  if (isIPv6(text.replace(/%.*$/, ''))) return { host: text.replace(/%25(?=.)/, '%'), port: undefined };
  const named = /^([A-Za-z0-9._~-]+|[\p{L}\p{N}._-]+)(?::(\d*))?$/u.exec(text);
  return named?.[1] === undefined ? undefined : withPort(named[1], named[2]);
}

function withPort(host: string, digits: string | undefined): { host: string; port: number | undefined } | undefined {
  if (digits === undefined || digits === '') return { host, port: undefined };
  const port = Number(digits);
  return port >= 1 && port <= 65_535 ? { host, port } : undefined;
}

function parseUserInfo(userInfo: string): RtspCredentials {
  const colon = userInfo.indexOf(':');
  const username = colon < 0 ? userInfo : userInfo.slice(0, colon);
  const password = colon < 0 ? '' : userInfo.slice(colon + 1);
  return { username: percentDecode(username), password: percentDecode(password) };
}

/** Decodes once. Invalid escapes stay as typed, so that a raw `100%` survives. */
function percentDecode(text: string): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      // Not UTF-8: a latin-1 escape by an old browser, or a raw password that happens to contain `%` and two hex digits.
      return escapes;
    }
  });
}

function indexOfAny(text: string, characters: string): number {
  for (let index = 0; index < text.length; index++) {
    if (characters.includes(text.charAt(index))) return index;
  }
  return text.length;
}
