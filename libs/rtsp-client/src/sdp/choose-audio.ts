/** Chooses the audio to play with the video: the first in AAC or G.711 that the camera sends. */

import { buildAudioSpecificConfig, parseAudioSpecificConfig } from '@oriel/codecs';
import { type AacFraming, g711LawOf } from '@oriel/rtp';
import { isReadableRtp, type MediaDescription, type MediaFormat } from './media-description.ts';
import type { SessionDescription } from './session-description.ts';

export interface AudioTrack {
  readonly codec: 'aac' | 'pcmu' | 'pcma';
  readonly media: MediaDescription;
  /** All payload types of the `m=` line, the chosen one first. */
  readonly payloadTypes: readonly number[];
  readonly clockRateHz: number;
  readonly channels: number;
  /** AudioSpecificConfig; undefined for G.711. */
  readonly config: Uint8Array | undefined;
  readonly framing: AacFraming;
}

/** Undefined when there is none; the camera then plays without sound. */
export function chooseAudio({ medias }: SessionDescription, isConnectionEncrypted = false): AudioTrack | undefined {
  for (const media of medias) {
    // `sendonly` marks the back channel to the camera's loudspeaker.
    const isIncoming = media.direction !== 'sendonly' && media.direction !== 'inactive';
    if (media.kind !== 'audio' || !isIncoming || !isReadableRtp(media, isConnectionEncrypted)) continue;
    for (const format of media.formats) {
      const sound = g711Of(format) ?? aacOf(format);
      if (sound === undefined) continue;
      const others = media.formats.map(({ payloadType }) => payloadType).filter((type) => type !== format.payloadType);
      return { ...sound, media, payloadTypes: [format.payloadType, ...others] };
    }
  }
  return undefined;
}

type Sound = Omit<AudioTrack, 'media' | 'payloadTypes'>;

function g711Of({ payloadType, rtpMap }: MediaFormat): Sound | undefined {
  const codec = g711LawOf(payloadType, rtpMap?.encoding);
  if (codec === undefined) return undefined;
  const hasClock = rtpMap !== undefined && rtpMap.clockRateHz <= MAX_G711_CLOCK_HZ;
  const clockRateHz = hasClock ? rtpMap.clockRateHz : G711_CLOCK_HZ;
  return { codec, clockRateHz, channels: rtpMap?.channels ?? 1, config: undefined, framing: {} };
}

/** AAC by RFC 3640. Without `mode` or field lengths, the ends of access units are unknown (Anpviz, retina#26). */
function aacOf({ rtpMap, parameters }: MediaFormat): Sound | undefined {
  const isAac = /^aac/i.test(parameters.get('mode') ?? '') || parameters.has('sizelength');
  if (rtpMap?.encoding !== 'MPEG4-GENERIC' || !isAac) return undefined;
  const given = parameters.get('config') ?? '';
  const config = /^([0-9a-f]{2}){2,64}$/i.test(given)
    ? new Uint8Array(Buffer.from(given, 'hex'))
    : buildAudioSpecificConfig(rtpMap.clockRateHz, rtpMap.channels);
  const parsed = config && parseAudioSpecificConfig(config);
  if (!parsed?.ok) return undefined;
  const { sampleRateHz, channels, samplesPerFrame } = parsed.value;
  const bits = (name: string, usual: number) => {
    const value = Number.parseInt(parameters.get(name) ?? '', 10);
    return value >= 0 && value <= MAX_FIELD_BITS ? value : usual;
  };
  return {
    codec: 'aac',
    // If the rtpmap disagrees, the rate in the decoder's configuration is right.
    clockRateHz: sampleRateHz,
    channels: channels === 0 ? rtpMap.channels : channels,
    config,
    framing: {
      sizeLengthBits: bits('sizelength', 13),
      indexLengthBits: bits('indexlength', 3),
      indexDeltaLengthBits: bits('indexdeltalength', 3),
      samplesPerFrame,
    },
  };
}

const G711_CLOCK_HZ = 8_000;
/** Rejects `parseRtpMap`'s default for a missing clock rate, which is that of video. */
const MAX_G711_CLOCK_HZ = 48_000;
const MAX_FIELD_BITS = 16;
