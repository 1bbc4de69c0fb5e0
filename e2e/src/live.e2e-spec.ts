/** A camera in a browser: `npm start` without any configuration, its test camera on the real page. */
import { existsSync } from 'node:fs';
import { waitFor } from '@oriel/testing';
import type { Browser } from 'playwright-core';
import { drawnFrames, launchBrowser, openPage, screenshot } from './support/page.ts';
import { startTestStack, type TestStack } from './support/stack.ts';
import { TestViewer } from './support/viewer.ts';

/** Ten times what it takes, so that a busy machine passes too, and less than the two seconds after which transcoders look by themselves. */
const FIRST_PICTURE_MS = 1_500;

let stack: TestStack;
let browser: Browser;

beforeAll(async () => {
  [stack, browser] = await Promise.all([startTestStack(''), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

it('shows a camera that nobody has watched to its first viewer at once, on the word of the demand alone', async () => {
  const viewer = new TestViewer(stack.url);
  await waitFor(async () => {
    const response = await fetch(`${stack.url}/api/cameras/default`);
    return ((await response.json()) as { state: string }).state === 'live';
  });
  const startedAtMs = performance.now();
  await viewer.watch('default');
  await viewer.nextFrame('default');
  expect(performance.now() - startedAtMs).toBeLessThan(FIRST_PICTURE_MS);
  viewer.close();
});

it('shows the camera live, with its frame rate and a frame age below half a second', async () => {
  const { page, complaints } = await openPage(browser, stack.url, { viewport: { width: 1440, height: 900 } });
  await drawnFrames(page, 'default', 60);
  await page.locator('[data-camera=default][data-condition=live]').waitFor();
  await page.waitForFunction(() => {
    const ageMs = Number(document.querySelector('[data-camera=default]')?.getAttribute('data-age-ms'));
    return ageMs > 0 && ageMs < 500;
  });
  await screenshot(page, 'live-grid');
  await page.goto(`${stack.url}/camera/default`);
  await drawnFrames(page, 'default', 60);
  await page.keyboard.press('i');
  await page.getByText('Camera to gateway').waitFor();
  await screenshot(page, 'live-single');
  expect(complaints).toEqual([]);
});

it('fits a phone that is 360 pixels wide', async () => {
  const { page } = await openPage(browser, stack.url, { viewport: { width: 360, height: 740 } });
  await drawnFrames(page, 'default', 10);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  await screenshot(page, 'live-phone');
});

it('shows every picture once and in the order in which the camera took them', async () => {
  const viewer = new TestViewer(stack.url);
  await viewer.watch('default');
  while (viewer.frames.length < 90) await viewer.nextFrame('default');
  viewer.close();
  const timesMs = await viewer.pictureTimesMs('default');
  expect(timesMs.length).toBeGreaterThan(80);
  expect(timesMs).toEqual([...new Set(timesMs)].sort((a, b) => a - b));
});

it('ends without leaving a process or a file behind', async () => {
  const pids = ['redis-control', 'redis-media', 'camera', 'ingest-1', 'transcoder-1', 'gateway-1'].map(
    (name) => stack.process(name).pid,
  );
  await stack.stop();
  expect(pids.filter((pid) => pid === undefined || existsSync(`/proc/${pid}`))).toEqual([]);
});
