/** Socket errors in a camera owner's words. */
import { RtspError, type RtspErrorContext } from '../rtsp-error.ts';

export function connectError(error: Error, context: RtspErrorContext): RtspError {
  const { code = '' } = error as NodeJS.ErrnoException;
  const isTls = code.startsWith('ERR_TLS') || code.startsWith('ERR_SSL') || TLS_CODES.has(code);
  if (isTls)
    return new RtspError('tls-failed', 'No encrypted connection to the camera could be made', context, {
      cause: error,
    });
  const message = CONNECT_MESSAGES.get(code) ?? 'The camera could not be reached';
  return new RtspError('unreachable', message, context, { cause: error });
}

/** @param error Undefined when the camera closed in order. */
export function lostConnectionError(error: Error | undefined, context: RtspErrorContext): RtspError {
  const message = error === undefined ? 'The camera closed the connection' : 'The connection to the camera broke';
  return new RtspError('closed-by-peer', message, context, error && { cause: error });
}

const CONNECT_MESSAGES: ReadonlyMap<string, string> = new Map([
  ['ENOTFOUND', 'No device has this name: check the host part of the address'],
  ['EAI_AGAIN', 'The name of the camera could not be looked up: the name server does not answer'],
  ['ECONNREFUSED', 'Nothing answers at this port of the camera: check the port, and that RTSP is switched on'],
  ['EHOSTUNREACH', 'The camera is not on the network'],
  ['ENETUNREACH', 'There is no route to the network of the camera'],
  ['ETIMEDOUT', 'The camera does not answer'],
]);

const TLS_CODES: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'EPROTO',
]);
