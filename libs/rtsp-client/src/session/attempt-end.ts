/** What one attempt is given, and how it can end. */
import type { SessionTimeouts, TlsTrust, TransportName } from '../api.ts';
import type { Authenticator } from '../auth/authenticator.ts';
import type { RtspError } from '../rtsp-error.ts';
import type { RtspUrl } from '../url/rtsp-url.ts';
import type { Clock } from './clock.ts';
import type { DeviationLog } from './deviation-log.ts';
import type { StaleSessions } from './stale-sessions.ts';
import type { MediaConsumer } from './stream-setup.ts';

export interface AttemptOptions {
  readonly url: RtspUrl;
  /** Lives longer than an attempt: a camera may close the connection on which it asked for a password. */
  readonly authenticator: Authenticator;
  /** For the requests of an HTTP tunnel, whose login is asked for separately. */
  readonly tunnelAuthenticator: Authenticator;
  readonly transport: TransportName;
  /** Whether `auto` may go on with TCP, so that streams which suffer over UDP are not begun there. */
  readonly mayPreferTcp: boolean;
  readonly tls: TlsTrust | undefined;
  readonly timeouts: SessionTimeouts;
  readonly clock: Clock;
  readonly userAgent: string;
  readonly deviations: DeviationLog;
  readonly staleSessions: StaleSessions;
  readonly consumer: MediaConsumer;
  readonly reportsOverTcp: boolean;
}

export type AttemptEnd =
  /** It was closed. */
  | { readonly kind: 'closed' }
  | { readonly kind: 'failed'; readonly error: RtspError }
  | { readonly kind: 'redirected'; readonly location: string | undefined; readonly error: RtspError }
  /** Another transport than this may work. */
  | { readonly kind: 'transport-refused'; readonly transport: TransportName; readonly error: RtspError };
