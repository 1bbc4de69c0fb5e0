/** How a session is ended at the camera, whatever state either is in (RFC 2326 §10.7, rtsp-interop §1.8). */
import { RtspError } from '../rtsp-error.ts';
import type { Requester } from './requester.ts';
import type { SessionIdentity } from './session-identity.ts';

export interface TeardownOptions {
  readonly requester: Requester;
  readonly identity: SessionIdentity;
  readonly url: string;
  readonly timeoutMs: number;
}

/**
 * Any answer ends the session: 2xx, 454 (gone already), 500 (Hikvision DS-2CD2032 on a second connection).
 *
 * @returns false when the camera has to find out by itself.
 */
export async function teardown({ requester, identity, url, timeoutMs }: TeardownOptions): Promise<boolean> {
  requester.reopen();
  try {
    await requester.request('TEARDOWN', url, { fields: identity.fields, timeoutMs });
    return true;
  } catch (error) {
    if (error instanceof RtspError) return false;
    throw error;
  }
}
