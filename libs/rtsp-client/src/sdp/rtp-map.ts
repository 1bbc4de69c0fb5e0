/** Parsed `a=rtpmap`, or the meaning of a static payload type without one (RFC 3551 §6). */
export interface RtpMap {
  /** Upper case. */
  readonly encoding: string;
  readonly clockRateHz: number;
  readonly channels: number;
}

/** @param text What follows the payload type, e.g. `H264/90000` or `PCMU/8000/1`. @returns undefined without a name */
export function parseRtpMap(text: string): RtpMap | undefined {
  const [name = '', clock = '', channels = ''] = text.split('/').map((part) => part.trim());
  if (name === '') return undefined;
  const clockRateHz = Number.parseInt(clock, 10);
  return {
    encoding: name.toUpperCase(),
    clockRateHz: clockRateHz > 0 ? clockRateHz : DEFAULT_CLOCK_RATE_HZ,
    channels: Number.parseInt(channels, 10) || 1,
  };
}

const DEFAULT_CLOCK_RATE_HZ = 90_000;

/** The static types that cameras use. `a=rtpmap` takes precedence (GW Security maps 8 to PCMU). */
export const STATIC_RTP_MAPS: ReadonlyMap<number, RtpMap> = new Map([
  [0, { encoding: 'PCMU', clockRateHz: 8_000, channels: 1 }],
  [3, { encoding: 'GSM', clockRateHz: 8_000, channels: 1 }],
  [4, { encoding: 'G723', clockRateHz: 8_000, channels: 1 }],
  [8, { encoding: 'PCMA', clockRateHz: 8_000, channels: 1 }],
  [9, { encoding: 'G722', clockRateHz: 8_000, channels: 1 }],
  [10, { encoding: 'L16', clockRateHz: 44_100, channels: 2 }],
  [11, { encoding: 'L16', clockRateHz: 44_100, channels: 1 }],
  [14, { encoding: 'MPA', clockRateHz: 90_000, channels: 1 }],
  [26, { encoding: 'JPEG', clockRateHz: 90_000, channels: 1 }],
  [32, { encoding: 'MPV', clockRateHz: 90_000, channels: 1 }],
  [33, { encoding: 'MP2T', clockRateHz: 90_000, channels: 1 }],
]);
