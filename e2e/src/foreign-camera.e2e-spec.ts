/** A camera that is not ours: GStreamer's RTSP server, with and without digest authentication. */
import { type GStreamerServer, missingGStreamer, startGStreamerServer } from '@oriel/testing/scripted-server';
import type { Browser } from 'playwright-core';
import { drawnFrames, launchBrowser, openPage, screenshot } from './support/page.ts';
import { startTestStack, type TestStack } from './support/stack.ts';

const missing = missingGStreamer();
if (missing !== undefined) console.warn(`Skipped: ${missing}`);

(missing === undefined ? describe : describe.skip)('GStreamer as the camera', () => {
  let open: GStreamerServer;
  let locked: GStreamerServer;
  let stack: TestStack;
  let browser: Browser;

  beforeAll(async () => {
    open = await startGStreamerServer();
    locked = await startGStreamerServer({ auth: 'digest' });
    const camera = (id: string, url: string, transport: string) =>
      `[[cameras]]\nid = "${id}"\nname = "GStreamer ${id}"\nurl = "${url}"\ntransport = "${transport}"\n`;
    stack = await startTestStack(
      [
        camera('tcp', open.url('/h264'), 'tcp'),
        camera('udp', open.url('/h264'), 'udp'),
        camera('digest', locked.url('/h264', 'viewer:p@ss:w/rd'), 'tcp'),
        camera('hevc', open.url('/h265'), 'tcp'),
      ].join('\n'),
    );
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
    await open?.stop();
    await locked?.stop();
  });

  it('is live on the page over TCP, over UDP, with digest authentication, and in H.265', async () => {
    const { page, complaints } = await openPage(browser, stack.url, { viewport: { width: 1280, height: 800 } });
    for (const id of ['tcp', 'udp', 'digest', 'hevc']) {
      await drawnFrames(page, id, 25);
      await page.locator(`[data-camera=${id}][data-condition=live]`).waitFor();
    }
    await screenshot(page, 'gstreamer');
    expect(complaints).toEqual([]);
  });
});
