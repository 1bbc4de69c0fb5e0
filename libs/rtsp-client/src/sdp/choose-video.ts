/** Chooses the first video in a supported codec, or names the codecs offered instead. */

import type { VideoCodec } from '@oriel/model';
import { isReadableRtp, isSecureRtp, type MediaDescription, type MediaFormat } from './media-description.ts';
import type { SessionDescription } from './session-description.ts';
import { readParameterSets } from './sprop-parameter-sets.ts';

export interface VideoTrack {
  readonly codec: VideoCodec;
  readonly media: MediaDescription;
  /** All payload types of the `m=` line, the chosen one first. */
  readonly payloadTypes: readonly number[];
  readonly parameterSets: readonly Uint8Array[];
  /** H.264 single NAL unit mode: one datagram may hold a whole slice, too large for many UDP paths (gortsplib#1072). */
  readonly prefersTcp: boolean;
  readonly hasWrongClockRate: boolean;
  /** H.265 `sprop-max-don-diff`. Above 0, packets carry decoding order numbers (RFC 7798 §7.1). */
  readonly maxDonDiff: number;
}

export type ChosenVideo =
  | { readonly ok: true; readonly track: VideoTrack }
  | {
      readonly ok: false;
      /** Codec names for the owner, such as `JPEG`; empty when there is no video at all. */
      readonly offered: readonly string[];
      /** All video is in SRTP, which this client does not support. */
      readonly isEncrypted: boolean;
    };

export function chooseVideo(description: SessionDescription, isConnectionEncrypted = false): ChosenVideo {
  const playable = receivable(description.medias, isConnectionEncrypted).flatMap((media) =>
    media.formats.map((format) => ({ media, format, codec: codecOf(media, format) })),
  );
  // Prefers `m=video`, but cameras that write another word still play.
  const chosen =
    playable.find(({ codec, media }) => codec !== undefined && media.kind === 'video') ??
    playable.find(({ codec }) => codec !== undefined);
  if (chosen?.codec === undefined) {
    const videos = description.medias.filter((media) => media.kind === 'video');
    const names = videos.flatMap((media) =>
      media.formats.map((format) => format.rtpMap?.encoding ?? `type ${format.payloadType}`),
    );
    const isEncrypted = videos.length > 0 && videos.every(({ protocol }) => isSecureRtp(protocol));
    return { ok: false, offered: [...new Set(names)].slice(0, 8), isEncrypted };
  }

  const { media, format, codec } = chosen;
  const others = media.formats
    .map(({ payloadType }) => payloadType)
    .filter((payloadType) => payloadType !== format.payloadType);
  const mode = format.parameters.get('packetization-mode');
  return {
    ok: true,
    track: {
      codec,
      media,
      payloadTypes: [format.payloadType, ...others],
      parameterSets: readParameterSets(codec, format.parameters),
      prefersTcp: codec === 'h264' && (mode === undefined || Number.parseInt(mode, 10) === 0),
      maxDonDiff: Number.parseInt(format.parameters.get('sprop-max-don-diff') ?? '', 10) || 0,
      hasWrongClockRate: format.rtpMap !== undefined && format.rtpMap.clockRateHz !== VIDEO_CLOCK_RATE_HZ,
    },
  };
}

/** Fixed by RFC 6184 §8.2.1 and RFC 7798 §7.1, whatever the camera writes. */
export const VIDEO_CLOCK_RATE_HZ = 90_000;

/** `sendonly` on every media means that the camera sends (IDS uEye, mediamtx#5074). Next to other media it marks a back channel. */
function receivable(medias: readonly MediaDescription[], isConnectionEncrypted: boolean): readonly MediaDescription[] {
  const rtp = medias.filter((media) => isReadableRtp(media, isConnectionEncrypted));
  const incoming = rtp.filter((media) => media.direction !== 'sendonly' && media.direction !== 'inactive');
  // Video is never a back channel: CV-RTSPHandler marks only the camera's video `sendonly` (go2rtc#771).
  return incoming.some((media) => media.kind === 'video') ? incoming : rtp;
}

function codecOf(media: MediaDescription, format: MediaFormat): VideoCodec | undefined {
  switch (format.rtpMap?.encoding) {
    case 'H264':
    case 'AVC':
      return 'h264';
    case 'H265':
    case 'HEVC':
      return 'h265';
    case undefined:
      return media.kind === 'video' ? codecByParameters(format) : undefined;
    default:
      return undefined;
  }
}

/** Without `a=rtpmap`, the names of the parameter sets reveal the codec. */
function codecByParameters(format: MediaFormat): VideoCodec | undefined {
  if (format.parameters.has('sprop-parameter-sets')) return 'h264';
  return format.parameters.has('sprop-vps') || format.parameters.has('sprop-sps') ? 'h265' : undefined;
}
