/** Who asks, and which cameras that person or program may see: the one place where a request becomes a principal. */
import type { IncomingMessage } from 'node:http';

export interface Principal {
  /** For logs and metrics; never a secret. */
  readonly name: string;
  maySee(cameraId: string): boolean;
}

export interface Authenticator {
  /**
   * @param auth - what a Socket.IO client passes as `auth`; undefined for HTTP
   * @returns undefined when the request must be refused
   */
  authenticate(request: IncomingMessage, auth: unknown): Promise<Principal | undefined>;
}

/** Everybody sees every camera: `auth = "none"`, without which the gateway does not start. */
export const EVERYBODY: Authenticator = {
  authenticate: () => Promise.resolve({ name: 'anybody', maySee: () => true }),
};
