import type { ErrorCode, ErrorReply } from '@oriel/stream-protocol';

/** Why a request was refused or a watch ended, as the protocol reports it. */
export type Refusal = ErrorReply['error'];

export function refusal(code: ErrorCode, message: string): ErrorReply {
  return { ok: false, error: { code, message } };
}

/** Also the answer for a camera that the principal may not see, so that its existence is not revealed. */
export function noSuchCamera(cameraId: string): ErrorReply {
  return refusal('unknown-camera', `There is no camera "${cameraId}".`);
}
