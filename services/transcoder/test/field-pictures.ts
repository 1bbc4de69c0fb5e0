/** H.264 field pictures (PAFF), which no encoder at hand makes: every macroblock is I_PCM, its samples as they are (ITU-T H.264 §7.3.5). */
import { joinAnnexB } from '@oriel/codecs';
import type { AccessUnit } from '@oriel/media-bus';
import { accessUnit } from './test-video.ts';

/** Two access units a frame, 20 ms apart: the top field of frame n has the grey 40 + 20n, the bottom one is 10 brighter. */
export function fieldPictures(size: { widthMbs: number; heightMbs: number; frames: number }): AccessUnit[] {
  const { widthMbs, heightMbs, frames } = size;
  return Array.from({ length: 2 * frames }, (_, sequence) => {
    const frame = sequence >> 1;
    const isBottom = sequence % 2 === 1;
    const slice = fieldSlice({
      frame,
      isBottom,
      macroblocks: (widthMbs * heightMbs) / 2,
      grey: 40 + 20 * frame + (isBottom ? 10 : 0),
    });
    const isKeyframe = sequence === 0;
    const nalUnits = isKeyframe ? [sequenceParameterSet(widthMbs, heightMbs), PICTURE_PARAMETER_SET, slice] : [slice];
    const data = Buffer.from(joinAnnexB(nalUnits));
    return accessUnit({ sequence, isKeyframe, data, width: widthMbs * 16, height: heightMbs * 16, framerate: 50 });
  });
}

class BitWriter {
  #bits = '';

  u(count: number, value: number): this {
    this.#bits += value.toString(2).padStart(count, '0');
    return this;
  }

  ue(value: number): this {
    const code = (value + 1).toString(2);
    return this.u(2 * code.length - 1, value + 1);
  }

  alignWithZeros(): this {
    while (this.#bits.length % 8 !== 0) this.#bits += '0';
    return this;
  }

  /** The bytes of a NAL unit, with rbsp_trailing_bits. */
  nalUnit(): Uint8Array {
    this.u(1, 1).alignWithZeros();
    return Uint8Array.from(this.#bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
  }
}

/** Main profile, level 3, order of output as coded, one reference frame, no VUI. */
function sequenceParameterSet(widthMbs: number, heightMbs: number): Uint8Array {
  const writer = new BitWriter().u(8, 0x67).u(8, 77).u(8, 0).u(8, 30);
  writer.ue(0).ue(0).ue(2).ue(1).u(1, 0); // id, frame_num of 4 bits, pic_order_cnt_type 2, one reference, no gaps
  writer.ue(widthMbs - 1).ue(heightMbs / 2 - 1);
  writer.u(1, 0).u(1, 0).u(1, 1).u(1, 0).u(1, 0); // fields too, no MBAFF, direct_8x8, no crop, no VUI
  return writer.nalUnit();
}

/** CAVLC, no deblocking control. */
const PICTURE_PARAMETER_SET = new BitWriter()
  .u(8, 0x68)
  .ue(0)
  .ue(0)
  .u(1, 0)
  .u(1, 0)
  .ue(0)
  .ue(0)
  .ue(0)
  .u(1, 0)
  .u(2, 0)
  .ue(0)
  .ue(0)
  .ue(0)
  .u(1, 0)
  .u(1, 0)
  .u(1, 0)
  .nalUnit();

function fieldSlice(slice: { frame: number; isBottom: boolean; macroblocks: number; grey: number }): Uint8Array {
  const { frame, isBottom, macroblocks, grey } = slice;
  const isIdr = frame === 0 && !isBottom;
  const writer = new BitWriter().u(8, isIdr ? 0x65 : 0x61);
  writer.ue(0).ue(7).ue(0); // first_mb_in_slice, I, pic_parameter_set_id
  writer
    .u(4, frame % 16)
    .u(1, 1)
    .u(1, isBottom ? 1 : 0);
  if (isIdr)
    writer.ue(0).u(2, 0); // idr_pic_id, dec_ref_pic_marking
  else writer.u(1, 0); // adaptive_ref_pic_marking_mode_flag
  writer.ue(0); // slice_qp_delta, se(0)
  for (let macroblock = 0; macroblock < macroblocks; macroblock++) {
    writer.ue(25).alignWithZeros();
    for (let sample = 0; sample < 256; sample++) writer.u(8, grey);
    for (let sample = 0; sample < 128; sample++) writer.u(8, 128);
  }
  return writer.nalUnit();
}
