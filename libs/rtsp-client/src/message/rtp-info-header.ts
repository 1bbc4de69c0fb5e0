/** One stream of `RTP-Info` (RFC 2326 §12.33). Only a hint: cameras send -1, 0, wrong URLs or nothing. */
export interface RtpInfo {
  readonly url: string;
  readonly sequenceNumber: number | undefined;
  readonly rtpTimestamp: number | undefined;
}

export function parseRtpInfoHeader(value: string): readonly RtpInfo[] {
  const streams: RtpInfo[] = [];
  // URLs may contain commas, so only a comma before the next `url=` separates streams.
  for (const entry of value.split(/,\s*(?=url\s*=)/i)) {
    const match = /(?:^|;|\s)url\s*=\s*"?([^;"]+)/i.exec(entry);
    if (match?.[1] === undefined) continue;
    streams.push({
      url: match[1].trim(),
      sequenceNumber: readNumber(entry, 'seq', 0xffff),
      rtpTimestamp: readNumber(entry, 'rtptime', 0xffff_ffff),
    });
  }
  return streams;
}

function readNumber(entry: string, name: string, max: number): number | undefined {
  const match = new RegExp(`(?:;|\\s)${name}\\s*=\\s*(\\d{1,10})(?=\\s*(?:;|,|$))`, 'i').exec(entry);
  const number = match === null ? Number.NaN : Number(match[1]);
  return number <= max ? number : undefined;
}
