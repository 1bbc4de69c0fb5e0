import { CameraDirectory, type CameraListAnswer } from './live/camera-directory.ts';
import { CameraFeed } from './live/camera-feed.ts';
import { readCameraList } from './live/camera-list.ts';
import { PicturePath } from './live/picture-path.ts';
import { openViewerSocket, ViewerConnection } from './live/viewer-connection.ts';
import type { LivePage } from './ui/live-page.ts';
import { decodeJpeg, PictureCanvas } from './ui/picture-canvas.ts';

/** Connects the page to its gateway, once, for as long as it is open. */
export function openLivePage(): LivePage {
  const nowMs = () => performance.now();
  const requestFrame = (callback: () => void) => void requestAnimationFrame(callback);
  const connection = new ViewerConnection({ socket: openViewerSocket(), nowMs });
  const directory = new CameraDirectory({
    connection,
    fetchCameras,
    createFeed: (view) =>
      new CameraFeed(view, {
        connection,
        nowMs,
        createPath: (events) =>
          new PicturePath({ surface: new PictureCanvas(), decode: decodeJpeg, requestFrame }, events),
      }),
  });

  document.addEventListener('visibilitychange', () => {
    const isHidden = document.visibilityState === 'hidden';
    directory.setPageHidden(isHidden);
    if (!isHidden) connection.retryNow();
  });
  window.addEventListener('online', () => connection.retryNow());

  connection.open();
  directory.start();
  directory.setPageHidden(document.visibilityState === 'hidden');
  return { connection, directory };
}

async function fetchCameras(): Promise<CameraListAnswer> {
  try {
    const response = await fetch('/api/cameras', { headers: { accept: 'application/json' } });
    if (response.status === 401) return { ok: false, signedOut: true, message: 'You are signed out.' };
    if (!response.ok) return { ok: false, signedOut: false, message: `Oriel answered with ${response.status}.` };
    const cameras = readCameraList(await response.json());
    return cameras ? { ok: true, cameras } : { ok: false, signedOut: false, message: 'Oriel’s answer makes no sense.' };
  } catch {
    // fetch tells no more than that it failed; the page says so and tries again.
    return { ok: false, signedOut: false, message: 'Oriel cannot be reached.' };
  }
}
