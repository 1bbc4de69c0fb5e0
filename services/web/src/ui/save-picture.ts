import type { PictureSurface } from '../live/media-path.ts';

/** Saves what is on the screen, even if the camera has gone since. A new request might return another picture. */
export async function savePicture(surface: PictureSurface, cameraName: string): Promise<void> {
  const jpeg = await surface.toJpeg();
  if (jpeg === undefined) return;
  const address = URL.createObjectURL(jpeg);
  const link = document.createElement('a');
  link.href = address;
  link.download = `${cameraName} ${localTimeText(new Date())}.jpg`;
  link.click();
  // A download that has started holds the bytes itself.
  setTimeout(() => URL.revokeObjectURL(address), RELEASE_MS);
}

const RELEASE_MS = 10_000;

/** 2026-11-23 21.39.05: sorts by time, and every file system accepts it. */
function localTimeText(time: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${date} ${[two(time.getHours()), two(time.getMinutes()), two(time.getSeconds())].join('.')}`;
}
