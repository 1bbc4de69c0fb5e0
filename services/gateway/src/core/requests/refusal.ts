import type { ErrorCode, ErrorReply } from '@oriel/stream-protocol';

/** Why a request was refused, or a watch ended, in the words of the protocol. */
export type Refusal = ErrorReply['error'];

export function refusal(code: ErrorCode, message: string): ErrorReply {
  return { ok: false, error: { code, message } };
}

/** Also for a camera that exists but is not for this principal: whoever may not see it does not learn of it. */
export function noSuchCamera(cameraId: string): ErrorReply {
  return refusal('unknown-camera', `There is no camera "${cameraId}".`);
}
