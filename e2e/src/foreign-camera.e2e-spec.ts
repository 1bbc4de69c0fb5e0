/** A camera that is not ours: GStreamer's RTSP server, with and without digest authentication. */
import { type GStreamerServer, missingGStreamer, startGStreamerServer } from '@oriel/testing/scripted-server';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { drawnFrames, launchBrowser, openPage, screenshot } from './support/page.ts';
import { startTestStack, type TestStack } from './support/stack.ts';
import { TestViewer } from './support/viewer.ts';

const missing = missingGStreamer();
if (missing !== undefined) console.warn(`Skipped: ${missing}`);

(missing === undefined ? describe : describe.skip)('GStreamer as the camera', () => {
  let open: GStreamerServer;
  let openForUdp: GStreamerServer;
  let locked: GStreamerServer;
  let stack: TestStack;
  let browser: Browser;

  beforeAll(async () => {
    open = await startGStreamerServer();
    // One of its own: the server ends itself (rtsp-stream.c, an assertion) when TCP and UDP are plugged into one shared pipeline at once.
    openForUdp = await startGStreamerServer();
    locked = await startGStreamerServer({ auth: 'digest' });
    const camera = (id: string, url: string, transport: string) =>
      `[[cameras]]\nid = "${id}"\nname = "GStreamer ${id}"\nurl = "${url}"\ntransport = "${transport}"\n`;
    stack = await startTestStack(
      [
        camera('tcp', open.url('/h264'), 'tcp'),
        camera('udp', openForUdp.url('/h264'), 'udp'),
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
    await openForUdp?.stop();
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

  it.each([
    { camera: 'tcp', codec: 'H.264' },
    { camera: 'hevc', codec: 'H.265' },
  ])('the page of $camera says that it runs in $codec', async ({ camera, codec }) => {
    const { page } = await openPage(browser, `${stack.url}/camera/${camera}`);
    await drawnFrames(page, camera, 5);
    await page.keyboard.press('i');
    await page.locator('.details-row', { hasText: 'Codec' }).getByText(codec, { exact: true }).waitFor();
  });

  it('gives a Socket.IO client JPEGs of the H.265 camera, which decode', async () => {
    const viewer = new TestViewer(stack.url);
    await viewer.watch('hevc');
    while (viewer.frames.length < 10) await viewer.nextFrame('hevc');
    viewer.close();
    for (const { jpeg } of viewer.frames) {
      expect(await sharp(jpeg).metadata()).toMatchObject({ format: 'jpeg', width: 640, height: 360 });
      // Decodes to the end, and to a picture: GStreamer's moving ball is neither all black nor all grey.
      const { channels } = await sharp(jpeg, { failOn: 'warning' }).stats();
      expect(channels[0]?.max).toBeGreaterThan(200);
      expect(channels[0]?.min).toBeLessThan(50);
    }
  });
});
