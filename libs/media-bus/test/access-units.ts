/** Access units as words: `K1.4` is a keyframe of epoch 1 with sequence 4, `p1.5` the one after it; `!` marks a discontinuity. */
import type { AccessUnit, JpegFrame } from '../src/media-bus.ts';

/** 100 bytes each, 40 ms apart. */
export function accessUnit(word: string): AccessUnit {
  const [, mark, kind, epoch, sequence] = /^(!?)([Kp])(\d+)\.(\d+)$/.exec(word) as unknown as string[];
  return {
    codec: 'h264',
    epoch: Number(epoch),
    sequence: Number(sequence),
    isKeyframe: kind === 'K',
    rtpTimeTicks: 3600 * Number(sequence),
    arrivalTimeUs: 1_700_000_000_000_000 + 40_000 * Number(sequence),
    captureTimeUs: undefined,
    lostPacketsBefore: 0,
    discontinuity: mark === '!',
    width: 0,
    height: 0,
    data: new Uint8Array(100),
  };
}

export function spell({ isKeyframe, epoch, sequence, discontinuity }: AccessUnit): string {
  return `${discontinuity ? '!' : ''}${isKeyframe ? 'K' : 'p'}${epoch}.${sequence}`;
}

export function jpeg(epoch: number, sequence: number): JpegFrame {
  const times = { rtpTimeTicks: 0, arrivalTimeUs: 0, captureTimeUs: undefined, decodeUs: 0, encodeUs: 0, reorderUs: 0 };
  const data = new Uint8Array([0xff, 0xd8, 0xff, 0xd9]);
  return { epoch, sourceEpoch: 1, sequence, ...times, width: 640, height: 360, data };
}
