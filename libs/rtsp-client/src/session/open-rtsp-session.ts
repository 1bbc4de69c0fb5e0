import type { RtspSession, RtspSessionOptions } from '../api.ts';
import { Session, type SessionEnvironment } from './rtsp-session.ts';

/**
 * Connects to a camera and plays its first video stream (RFC 2326 §10).
 *
 * Resolves once PLAY was answered; pictures may arrive a moment before. From then on the session follows the camera
 * until it ends or is closed; it does not reconnect by itself, see `ReconnectPolicy`.
 *
 * @param environment Clock and memory of stale sessions; for tests.
 * @throws RtspError only.
 */
export async function openRtspSession(
  options: RtspSessionOptions,
  environment?: SessionEnvironment,
): Promise<RtspSession> {
  const session = new Session(options, environment);
  const error = await session.opened;
  if (error !== undefined) throw error;
  return session;
}
