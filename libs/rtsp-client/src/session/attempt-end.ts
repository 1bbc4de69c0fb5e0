import type { TransportName } from '../api.ts';
import type { RtspError } from '../rtsp-error.ts';

/** How an attempt ends, and so what the session does next. */
export type AttemptEnd =
  | { readonly kind: 'failed'; readonly error: RtspError }
  | { readonly kind: 'redirected'; readonly location: string | undefined; readonly error: RtspError }
  /** Another transport than this may work. */
  | { readonly kind: 'transport-refused'; readonly transport: TransportName; readonly error: RtspError };

/** The camera redirects to another address (RFC 2326 §11.3). */
export class Redirected extends Error {
  constructor(
    /** `Location`, as the camera wrote it. */
    readonly location: string | undefined,
    readonly error: RtspError,
  ) {
    super(error.message);
  }
}

/** The camera does not send over the transport that SETUP asked for. */
export class TransportRefused extends Error {
  constructor(readonly error: RtspError) {
    super(error.message);
  }
}
