/** Requests that a camera sends to us (RFC 2326 §10, docs/rtsp-interop.md#requests-of-the-camera): each gets an answer, in every state. */
import { encodeResponse, type HeaderFields, type RtspRequest } from '../message/rtsp-message.ts';

export interface ServerRequestAnswer {
  readonly bytes: Uint8Array;
  /** What the session has to do about it. */
  readonly consequence: ServerConsequence;
}

export type ServerConsequence =
  | { readonly kind: 'none' }
  | { readonly kind: 'announced' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'redirected'; readonly location: string | undefined };

export function answerServerRequest(request: RtspRequest): ServerRequestAnswer {
  const echoed = ['CSeq', 'Session'].flatMap((name): HeaderFields => {
    const value = request.headers.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  const ok = (consequence: ServerConsequence, extra: HeaderFields = []) => ({
    bytes: encodeResponse(200, 'OK', [...echoed, ...extra]),
    consequence,
  });
  switch (request.method) {
    case 'OPTIONS':
      return ok({ kind: 'none' }, [['Public', METHODS]]);
    case 'GET_PARAMETER':
    case 'SET_PARAMETER':
      return ok({ kind: 'none' });
    case 'ANNOUNCE':
      return ok({ kind: 'announced' });
    case 'REDIRECT':
      return ok({ kind: 'redirected', location: request.headers.get('Location') });
    case 'TEARDOWN':
      return ok({ kind: 'ended' });
    default:
      return { bytes: encodeResponse(501, 'Not Implemented', echoed), consequence: { kind: 'none' } };
  }
}

const METHODS = 'OPTIONS, GET_PARAMETER, SET_PARAMETER, ANNOUNCE, REDIRECT, TEARDOWN';
