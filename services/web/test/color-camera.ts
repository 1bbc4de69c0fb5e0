import type { CameraView } from '@oriel/stream-protocol';
import sharp from 'sharp';
import type { TestCamera, TestPicture } from './protocol-gateway.ts';

/** A camera of one colour: what is drawn tells whose picture it is. */
export async function camera(
  id: string,
  background: { r: number; g: number; b: number },
  options: { framerate?: number; ageMs?: number; pictures?: readonly TestPicture[] } = {},
): Promise<TestCamera> {
  const size = { width: 64, height: 36 };
  const data = await sharp({ create: { ...size, channels: 3, background } })
    .jpeg()
    .toBuffer();
  const view: CameraView = {
    id,
    name: `Camera ${id}`,
    state: 'live',
    codec: 'h264',
    ...size,
    framerate: options.framerate ?? 15,
  };
  return { view, pictures: options.pictures ?? [{ data, ...size }], ageMs: options.ageMs ?? 20 };
}
