import type { VideoSource } from '../source/video-source.ts';

/** `normal`, or a deviation seen in real cameras. */
export const SDP_VARIANTS = [
  'normal',
  /** No parameter sets in the SDP; they come in band only. */
  'no-sprop',
  /** Unparsable parameter sets (VStarcam). */
  'bad-sprop',
  'no-packetization-mode',
  /** The control attribute is an absolute URL. */
  'absolute-control',
  /** The control attribute's URL names a private address behind NAT. */
  'private-address-control',
  'no-control',
  /** LF only, broken o=, c= and t= lines, unknown attributes. */
  'broken-lines',
  /** An audio media before the video. */
  'audio-first',
  /** No video at all. */
  'no-video',
  /** A reply that is not SDP. */
  'not-sdp',
] as const;

export type SdpVariant = (typeof SDP_VARIANTS)[number];

export interface SdpOptions {
  readonly source: VideoSource;
  readonly name: string;
  readonly host: string;
  /** Ends with a slash. */
  readonly baseUrl: string;
  readonly bitrateBps: number;
  readonly payloadType: number;
  readonly variant: SdpVariant;
}

/** Control attribute of the only video media. */
export const VIDEO_CONTROL = 'trackID=1';
const AUDIO_CONTROL = 'trackID=2';

/** Writes SDP (RFC 4566), with format parameters by RFC 6184 §8.2.1 and RFC 7798 §7.2.1. */
export function describeStream(options: SdpOptions): string {
  const { variant, name, host, source, bitrateBps, payloadType } = options;
  if (variant === 'not-sdp') return '<html><body>Please sign in</body></html>';
  const broken = variant === 'broken-lines';
  const session = broken
    ? ['v=0', 'o=- 38990265062388 38990265062388 IN IP4', 's=', 'c=IN IP4', 't=', 'a=', 'a=x-unknown']
    : ['v=0', `o=- 1 1 IN IP4 ${host}`, `s=${name}`, 'c=IN IP4 0.0.0.0', 't=0 0', 'a=control:*', 'a=range:npt=now-'];
  const audio = ['m=audio 0 RTP/AVP 0', 'a=rtpmap:0 PCMU/8000', `a=control:${AUDIO_CONTROL}`];
  const fmtp = formatParameters(source, variant);
  const video = [
    `m=video 0 RTP/AVP ${payloadType}`,
    `b=AS:${Math.ceil(bitrateBps / 1000)}`,
    `a=rtpmap:${payloadType} ${source.codec === 'h264' ? 'H264' : 'H265'}/90000`,
    ...(fmtp === '' ? [] : [`a=fmtp:${payloadType} ${fmtp}`]),
    `a=framerate:${source.framerate}`,
    ...control(options),
  ];
  const media = { 'audio-first': [...audio, ...video], 'no-video': audio }[variant as string] ?? video;
  return [...session, ...media, ''].join(broken ? '\n' : '\r\n');
}

function control({ variant, baseUrl }: SdpOptions): string[] {
  switch (variant) {
    case 'no-control':
      return [];
    case 'absolute-control':
      return [`a=control:${baseUrl}${VIDEO_CONTROL}`];
    case 'private-address-control':
      return [`a=control:${baseUrl.replace(/\/\/[^/]+/, '//192.168.254.254:554')}${VIDEO_CONTROL}`];
    default:
      return [`a=control:${VIDEO_CONTROL}`];
  }
}

function formatParameters({ codec, parameterSets }: VideoSource, variant: SdpVariant): string {
  const withSets = variant !== 'no-sprop';
  const base64 = (nalUnits: readonly Uint8Array[]) =>
    variant === 'bad-sprop' ? 'AAAA,!!' : nalUnits.map((nalUnit) => Buffer.from(nalUnit).toString('base64')).join(',');
  const parts: string[] = [];
  if (codec === 'h264') {
    if (variant !== 'no-packetization-mode') parts.push('packetization-mode=1');
    const sps = parameterSets.find((nalUnit) => ((nalUnit[0] ?? 0) & 0x1f) === 7);
    if (sps) parts.push(`profile-level-id=${Buffer.from(sps.subarray(1, 4)).toString('hex').toUpperCase()}`);
    if (withSets) parts.push(`sprop-parameter-sets=${base64(parameterSets)}`);
  } else if (withSets) {
    const ofType = (type: number) => parameterSets.filter((nalUnit) => (nalUnit[0] ?? 0) >> 1 === type);
    parts.push(`sprop-vps=${base64(ofType(32))}`, `sprop-sps=${base64(ofType(33))}`, `sprop-pps=${base64(ofType(34))}`);
  }
  return parts.join('; ');
}
