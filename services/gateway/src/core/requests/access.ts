/** Who sends a request, and which cameras they may see. Requests become principals nowhere else. */
import type { IncomingMessage } from 'node:http';

export interface Principal {
  /** May appear in logs, so never a secret. */
  readonly name: string;
  maySee(cameraId: string): boolean;
}

export interface Authenticator {
  /**
   * @param auth what a Socket.IO client passes as `auth`; undefined for HTTP
   * @returns undefined when the request must be refused
   */
  authenticate(request: IncomingMessage, auth: unknown): Promise<Principal | undefined>;
}

/** Implements `auth = "none"`: everybody sees every camera. The gateway does not start with any other value. */
export const EVERYBODY: Authenticator = {
  authenticate: () => Promise.resolve({ name: 'anybody', maySee: () => true }),
};
