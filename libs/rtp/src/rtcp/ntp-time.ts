/** NTP timestamps as RTCP carries them: seconds since 1900 and a binary fraction (RFC 3550 §4). */

export interface NtpTimestamp {
  /** 32 bits, since 1900-01-01; starts again at 0 in February 2036. */
  readonly seconds: number;
  /** 32 bits, units of 2^-32 s. */
  readonly fraction: number;
}

/**
 * Microseconds since the Unix epoch; undefined when the camera's clock is not set: 0, or a time in 1900 or 1970 (time since power-on).
 *
 * @param nowUs Our time, which settles the NTP era around the wrap in 2036.
 */
export function ntpToUnixUs({ seconds, fraction }: NtpTimestamp, nowUs: number): number | undefined {
  const era = seconds < 2 ** 31 && nowUs > YEAR_2035_US ? 2 ** 32 : 0;
  const unixSeconds = seconds + era - UNIX_EPOCH_IN_NTP_S;
  if (unixSeconds < YEAR_1971_S) return undefined;
  return unixSeconds * 1e6 + Math.round((fraction * 1e6) / 2 ** 32);
}

/** @param timeUs µs since the Unix epoch, not negative. */
export function unixUsToNtp(timeUs: number): NtpTimestamp {
  const seconds = Math.floor(timeUs / 1e6);
  const fraction = Math.floor(((timeUs - seconds * 1e6) / 1e6) * 2 ** 32);
  return { seconds: (seconds + UNIX_EPOCH_IN_NTP_S) % 2 ** 32, fraction };
}

/** The middle 32 bits: the LSR field of a report block (RFC 3550 §6.4.1). */
export function compactNtp({ seconds, fraction }: NtpTimestamp): number {
  return (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0;
}

const UNIX_EPOCH_IN_NTP_S = 2_208_988_800;
const YEAR_1971_S = 31_536_000;
const YEAR_2035_US = 2_051_222_400e6;
