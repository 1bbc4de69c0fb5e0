import type { SessionTimeouts } from '../api.ts';

/** As docs/rtsp-interop.md#limits-and-waits states them. */
export const DEFAULT_TIMEOUTS: SessionTimeouts = {
  connectMs: 5_000,
  replyMs: 8_000,
  writeMs: 8_000,
  openMs: 20_000,
  silenceMs: 10_000,
  proofOfLifeMs: 1_000,
  firstPacketMs: 3_000,
  teardownMs: 1_000,
};

export function withDefaults(timeouts: Partial<SessionTimeouts> = {}): SessionTimeouts {
  const given = Object.entries(timeouts).filter(([, value]) => value !== undefined);
  return { ...DEFAULT_TIMEOUTS, ...Object.fromEntries(given) };
}
