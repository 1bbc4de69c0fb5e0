/** Session descriptions and the parameter sets in them. */
import {
  findRecoveryPoint,
  h265SlicePictureParameterSetId,
  h265VideoParameterSetId,
  isH265RecoveryPoint,
  parseAudioSpecificConfig,
  parseDecoderConfig,
  parseH265PictureParameterSet,
  parseH265SequenceParameterSet,
  parsePictureParameterSet,
  parseSequenceParameterSet,
  parseSliceHeader,
  removeEmulationPrevention,
} from '@oriel/codecs';
import { chooseAudio } from '../dist/sdp/choose-audio.js';
import { chooseVideo } from '../dist/sdp/choose-video.js';
import { parseSessionDescription } from '../dist/sdp/session-description.js';
import { check } from './case.mjs';
import * as corpus from './corpus.mjs';

export function description(random) {
  const body = random.mutate(corpus.SDP, 8_192);
  const parsed = parseSessionDescription(body);
  check(parsed.medias.length <= 256, 'medias');
  const video = chooseVideo(parsed);
  if (video.ok)
    check(
      video.track.payloadTypes.every((type) => type >= 0 && type <= 127),
      'payload types',
    );
  const audio = chooseAudio(parsed);
  if (audio !== undefined) check(audio.clockRateHz > 0 && audio.channels > 0, 'clock and channels');
}

export function h264ParameterSets(random) {
  const nalUnit = random.chance(5)
    ? random.bytes(100)
    : random.mutate([...corpus.H264_SPS, ...corpus.H264_PPS, ...corpus.H264_SEI], 300);
  const sps = parseSequenceParameterSet(nalUnit);
  if (sps.ok) {
    const { width, height } = sps.value;
    check(
      Number.isSafeInteger(width) && Number.isSafeInteger(height) && width >= 0 && height >= 0,
      'size of a picture',
    );
    parseSliceHeader(nalUnit, sps.value);
  }
  parsePictureParameterSet(nalUnit);
  findRecoveryPoint(nalUnit);
  parseDecoderConfig(nalUnit);
  check(removeEmulationPrevention(nalUnit).length <= nalUnit.length, 'length without emulation prevention');
  parseAudioSpecificConfig(random.mutate(corpus.AAC_CONFIG, 40));
}

export function h265NalUnits(random) {
  const nalUnit = random.chance(4) ? random.bytes(80) : random.mutate(corpus.H265_SETS, 200);
  parseH265SequenceParameterSet(nalUnit);
  parseH265PictureParameterSet(nalUnit);
  h265VideoParameterSetId(nalUnit);
  h265SlicePictureParameterSetId(nalUnit);
  isH265RecoveryPoint(nalUnit);
}
