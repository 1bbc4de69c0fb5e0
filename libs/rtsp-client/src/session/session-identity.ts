/** The session id and timeout as replies reveal them (RFC 2326 §12.37). */
import type { HeaderFields, RtspResponse } from '../message/rtsp-message.ts';
import { DEFAULT_SESSION_TIMEOUT_S, parseSessionHeader } from '../message/session-header.ts';

export class SessionIdentity {
  /** Undefined until a reply names it. The first one stays: h264dvr and Wowza change it from reply to reply. */
  id: string | undefined;
  timeoutS = DEFAULT_SESSION_TIMEOUT_S;

  /** @returns whether the reply named another id. */
  update(response: RtspResponse): boolean {
    const header = parseSessionHeader(response.headers.get('Session') ?? '');
    if (header === undefined) return false;
    this.id ??= header.id;
    this.timeoutS = header.timeoutS ?? this.timeoutS;
    return this.id !== header.id;
  }

  get fields(): HeaderFields {
    return this.id === undefined ? [] : [['Session', this.id]];
  }
}
