/** Explains a failed RTSP session to the owner of the camera, and what they can do about it. */
import type { CameraSource } from '@oriel/model';
import type { RtspError, RtspErrorCode } from '@oriel/rtsp-client';

/** One or two sentences. Contains at most the camera's host and port, never its user name or password. */
export function plainWords(error: RtspError, { credentials, transport }: CameraSource): string {
  return SENTENCES[error.code]({
    peer: error.context.peer,
    hasCredentials: credentials !== undefined,
    transport,
    systemCode: systemCodeOf(error.cause),
    summary: error.summary,
  });
}

interface Circumstances {
  /** Host and port. */
  readonly peer: string;
  readonly hasCredentials: boolean;
  readonly transport: string;
  /** Error code of the operating system, e.g. `ECONNREFUSED`. */
  readonly systemCode: string | undefined;
  /** The client's own message: a sentence without its full stop. */
  readonly summary: string;
}

const SENTENCES: Readonly<Record<RtspErrorCode, (circumstances: Circumstances) => string>> = {
  'invalid-url': () => 'The address of the camera is not a valid RTSP address.',
  unreachable: ({ peer, systemCode }) => {
    if (systemCode === 'ENOTFOUND' || systemCode === 'EAI_AGAIN') {
      return `The name in the camera's address is not known in the network (${peer}). Check the spelling, or use the camera's IP address.`;
    }
    if (systemCode === 'ECONNREFUSED') {
      return `The device at ${peer} is there but takes no RTSP connections on this port. Check the port, and that RTSP is switched on in the camera.`;
    }
    return `No camera answers at ${peer}. It may be switched off, unplugged, or have a new address.`;
  },
  'timed-out': ({ peer }) =>
    `The camera at ${peer} did not answer in time. It may be restarting, overloaded, or behind a bad line.`,
  unauthorized: ({ hasCredentials }) =>
    hasCredentials
      ? 'The camera refused the user name or password. It is tried again rarely, so that the camera does not lock the user out.'
      : 'The camera asks for a user name and password, but none is configured.',
  forbidden: () =>
    'The camera knows this user but does not let it see the video. Give the user the right to view in the camera.',
  'not-found': () =>
    'The camera answers, but has no stream at this path. Check the part of the address behind the host name.',
  // The client's message names the codecs that were offered.
  'unsupported-media': ({ summary }) => `${summary}.`,
  'unsupported-transport': ({ transport }) =>
    `The camera does not send over ${transport.toUpperCase()}. Set transport to "${transport === 'tcp' ? 'udp' : 'tcp'}".`,
  busy: () => 'The camera has no free connection left: too many programs are watching it.',
  'server-error': () => 'The camera reports an error of its own. Restarting it may help.',
  'session-not-found': () => 'The camera forgot the running session, as after a restart.',
  'protocol-violation': ({ peer }) =>
    `What answers at ${peer} does not speak RTSP as a camera does. Check address and port.`,
  'no-media': ({ transport }) =>
    transport === 'udp'
      ? 'The camera accepted the connection but no pictures arrive over UDP. A firewall may be in the way: try transport = "tcp".'
      : 'The camera accepted the connection but sends no pictures.',
  'closed-by-peer': () => 'The camera closed the connection, as when it restarts.',
  'connection-dead': ({ peer }) =>
    `The connection to the camera at ${peer} went dead without being closed, as when power or network fail.`,
  'tls-failed': () =>
    'The encrypted connection to the camera could not be set up: its certificate is not trusted. Set tls_fingerprint to the one of its certificate.',
  'too-many-redirects': () => 'The camera keeps sending on to other addresses.',
  'consumer-failed': () => 'A fault in Oriel stopped this camera. The log says more.',
  aborted: () => 'The connection was ended.',
};

function systemCodeOf(cause: unknown): string | undefined {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : undefined;
}
