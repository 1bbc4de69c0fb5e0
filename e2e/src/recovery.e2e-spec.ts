/** What people suffer from elsewhere: a part goes away and comes back, and nobody has touched the page. */
import { type RunningCamera, startCamera } from '@oriel/camera';
import { waitFor } from '@oriel/testing';
import type { Browser, Page } from 'playwright-core';
import { drawnFrames, launchBrowser, openPage } from './support/page.ts';
import { startTestStack, type TestStack } from './support/stack.ts';
import { TestViewer } from './support/viewer.ts';

let camera: RunningCamera;
let stack: TestStack;
let browser: Browser;
let page: Page;
let viewer: TestViewer;

beforeAll(async () => {
  camera = await startCamera({ width: 640, height: 360, framerate: 15, gopFrames: 30 });
  stack = await startTestStack(`[rtsp]\nurl = "${camera.url()}"\nreconnect_interval = 2\n`);
  browser = await launchBrowser();
  ({ page } = await openPage(browser, stack.url));
  viewer = new TestViewer(stack.url);
  await viewer.watch('default');
  await viewer.nextFrame('default');
});
afterAll(async () => {
  viewer?.close();
  await browser?.close();
  await stack?.stop();
  await camera?.close();
});

const framesDrawn = async () => Number(await page.locator('[data-camera=default]').getAttribute('data-frames'));

it.each([
  { name: 'the camera reboots', hurt: () => camera.faults.reboot(3) },
  { name: 'the camera falls silent without closing its connection', hurt: () => camera.faults.halfOpen() },
  { name: 'ingest is killed', hurt: () => stack.process('ingest-1').kill('SIGKILL') },
  { name: 'the transcoder is killed', hurt: () => stack.process('transcoder-1').kill('SIGKILL') },
  { name: 'the gateway is killed', hurt: () => stack.process('gateway-1').kill('SIGKILL') },
  { name: 'the media Redis is killed and comes back empty', hurt: () => stack.process('redis-media').kill('SIGKILL') },
  { name: 'the control Redis is killed', hurt: () => stack.process('redis-control').kill('SIGKILL') },
])('shows the camera again by itself after $name', async ({ hurt }) => {
  const hurtAtMs = performance.timeOrigin + performance.now();
  hurt();
  // Pictures that were made after the harm, seen by a plain client and drawn on the page.
  await waitFor(
    async () => {
      const times = await viewer.pictureTimesMs('default');
      const isNew = (times.at(-1) ?? 0) > hurtAtMs + 500;
      if (!isNew) viewer.frames.splice(0, viewer.frames.length);
      return isNew;
    },
    { what: 'a picture made after the harm', deadlineMs: 40_000, intervalMs: 250 },
  );
  await stack.ready();
  await drawnFrames(page, 'default', (await framesDrawn()) + 15);
  await page.locator('[data-camera=default][data-condition=live]').waitFor();
});

it('sends pictures in the order that the protocol page promises, while ingest is killed', async () => {
  const from = viewer.frames.length;
  const before = (await viewer.nextFrame('default')).header.epoch;
  stack.process('ingest-1').kill('SIGKILL');
  await waitFor(() => viewer.frames.slice(from).filter(({ header }) => header.epoch > before).length > 15, {
    what: 'pictures of the next ingest',
    deadlineMs: 40_000,
  });
  const order = viewer.frames.slice(from).map(({ header }) => [header.epoch, header.sequence] as const);
  const backwards = order.filter(([epoch, sequence], index) => {
    const [lastEpoch, lastSequence] = order[index - 1] ?? [0, 0];
    return epoch < lastEpoch || (epoch === lastEpoch && sequence <= lastSequence);
  });
  expect(backwards).toEqual([]);
});
