/**
 * Camera addresses as their owners type them: RTSP URLs (RFC 7826 §4.2) whose user-info may contain any character,
 * unescaped.
 */

export interface CameraUrl {
  /** The URL without user-info. */
  readonly url: string;
  readonly credentials: { readonly username: string; readonly password: string } | undefined;
}

/**
 * Splits off the user-info. It ends at the last `@` that is followed by a host, perhaps a port, and then `/`, `?` or
 * the end. The user name ends at its first `:`. Escapes (`%40`) are decoded once; anything else stays as it is. An `@`
 * in the path that looks like the end of user-info must be written `%40`.
 */
export function splitCameraUrl(text: string): CameraUrl {
  const scheme = SCHEME.exec(text)?.[0] ?? '';
  const rest = text.slice(scheme.length);
  const at = userInfoEnd(rest);
  if (at < 0) return { url: text, credentials: undefined };

  const userInfo = rest.slice(0, at);
  const colon = userInfo.indexOf(':');
  const username = decodeEscapes(colon < 0 ? userInfo : userInfo.slice(0, colon));
  const password = colon < 0 ? '' : decodeEscapes(userInfo.slice(colon + 1));
  return {
    url: scheme + rest.slice(at + 1),
    credentials: username === '' && password === '' ? undefined : { username, password },
  };
}

/** What is wrong with a camera's address, without repeating it; undefined if nothing is. */
export function cameraUrlProblem(text: string): string | undefined {
  if (text.trim() === '') return 'must not be empty';
  if (!/^rtsps?:\/\//i.test(text)) return 'must start with rtsp:// or rtsps://';
  if (hasControlCharacter(text)) return 'must not hold spaces at its ends, line breaks or control characters';
  const { url } = splitCameraUrl(text);
  const port = HOST_PORT.exec(url.slice(url.indexOf('://') + 3));
  if (port === null) return 'must name a host, as in rtsp://192.168.1.100:554/stream';
  if (port[1] !== undefined && (Number(port[1]) < 1 || Number(port[1]) > 65_535))
    return 'must have a port from 1 to 65535';
  return undefined;
}

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
const HOST_PORT = /^(?:[a-z0-9._~-]+|\[[0-9a-f:.]+(?:%[a-z0-9._~-]+)?\])(?::(\d{1,5}))?(?=[/?]|$)/i;

function userInfoEnd(rest: string): number {
  for (let at = rest.lastIndexOf('@'); at >= 0; at = at === 0 ? -1 : rest.lastIndexOf('@', at - 1)) {
    if (HOST_PORT.test(rest.slice(at + 1))) return at;
  }
  return -1;
}

/** One character: its one to four UTF-8 bytes, escaped. */
const ESCAPED_CHARACTER =
  /%[0-7][0-9a-f]|%[cd][0-9a-f]%[89ab][0-9a-f]|%e[0-9a-f](?:%[89ab][0-9a-f]){2}|%f[0-4](?:%[89ab][0-9a-f]){3}/gi;

function decodeEscapes(text: string): string {
  return text.replace(ESCAPED_CHARACTER, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      // Not UTF-8, so not meant as an escape: part of the password.
      return escapes;
    }
  });
}

function hasControlCharacter(text: string): boolean {
  return text !== text.trim() || [...text].some((character) => character < ' ' || character === '\u007f');
}
