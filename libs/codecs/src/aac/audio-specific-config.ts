/** AudioSpecificConfig, the `config` of AAC in SDP (ISO/IEC 14496-3 §1.6.2.1, RFC 3640 §4.1). */
import { malformed, type Parsed } from '@oriel/model';
import { BitReader } from '../bits/bit-reader.ts';

export interface AudioSpecificConfig {
  /** 2 is AAC-LC. */
  readonly objectType: number;
  /** Rate of the core decoder. If the rtpmap says otherwise, this one is right. */
  readonly sampleRateHz: number;
  /** 0: the stream says. */
  readonly channels: number;
  /** 1024, or 960 with the short frame length. */
  readonly samplesPerFrame: number;
}

export function parseAudioSpecificConfig(bytes: Uint8Array): Parsed<AudioSpecificConfig> {
  const reader = new BitReader(bytes);
  const shortType = reader.bits(5);
  const objectType = shortType === ESCAPE_TYPE ? 32 + reader.bits(6) : shortType;
  const index = reader.bits(4);
  const sampleRateHz = index === EXPLICIT_RATE ? reader.bits(24) : SAMPLE_RATES_HZ[index];
  const channels = CHANNELS[reader.bits(4)];
  if (reader.failed) return malformed('audio-config-cut', reader.offsetBytes, CLAUSE);
  if (sampleRateHz === undefined || sampleRateHz === 0 || channels === undefined) {
    return malformed('audio-config-reserved', reader.offsetBytes, CLAUSE);
  }
  const isShort = reader.remainingBits > 0 && reader.flag();
  return { ok: true, value: { objectType, sampleRateHz, channels, samplesPerFrame: isShort ? 960 : 1024 } };
}

/** AAC-LC from clock and channels of the rtpmap, for SDP without `config`; undefined when the standard has no index for them. */
export function buildAudioSpecificConfig(sampleRateHz: number, channels: number): Uint8Array | undefined {
  const index = SAMPLE_RATES_HZ.indexOf(sampleRateHz);
  const configuration = CHANNELS.indexOf(channels);
  if (index === -1 || configuration < 1) return undefined;
  const bits = (AAC_LC << 11) | (index << 7) | (configuration << 3);
  return Uint8Array.of(bits >> 8, bits & 0xff);
}

const CLAUSE = 'ISO/IEC 14496-3 §1.6.2.1';
const ESCAPE_TYPE = 31;
const EXPLICIT_RATE = 15;
const AAC_LC = 2;
const SAMPLE_RATES_HZ: readonly number[] = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
];
const CHANNELS: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 8];
