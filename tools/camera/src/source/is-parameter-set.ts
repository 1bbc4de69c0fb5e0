import { H265NalUnitType, h265NalUnitType, NalUnitType, nalUnitType } from '@oriel/codecs';
import type { VideoCodec } from '@oriel/model';

/** Whether it is an SPS or PPS or, for H.265, a VPS. */
export function isParameterSet(codec: VideoCodec, nalUnit: Uint8Array): boolean {
  const header = nalUnit[0] ?? 0;
  if (codec === 'h264') return nalUnitType(header) === NalUnitType.Sps || nalUnitType(header) === NalUnitType.Pps;
  const type = h265NalUnitType(header);
  return type >= H265NalUnitType.Vps && type <= H265NalUnitType.Pps;
}
