/** A camera that sends video of which no picture can be shown is never live and black: page, API and snapshot say why. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type RunningCamera, startCamera } from '@oriel/camera';
import { waitFor } from '@oriel/testing';
import type { Browser, Page } from 'playwright-core';
import { drawnFrames, launchBrowser, openPage, screenshot } from './support/page.ts';
import { startTestStack, type TestStack } from './support/stack.ts';

const run = promisify(execFile);

let directory: string;
let cameras: RunningCamera[];
let stack: TestStack;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'oriel-e2e-'));
  const clip = join(directory, 'huge.mp4');
  const input = ['-f', 'lavfi', '-i', 'color=c=teal:size=8192x8192:rate=5,format=yuv420p', '-frames:v', '5'];
  await run('ffmpeg', ['-v', 'error', ...input, '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '1', clip]);
  const small = { width: 320, height: 240, framerate: 10 };
  const huge = await startCamera({ source: { type: 'clip', file: clip } });
  cameras = [huge, await startCamera(small), await startCamera(small)];
  const entry = (id: string, camera: RunningCamera | undefined) =>
    `[[cameras]]\nid = "${id}"\nname = "Camera ${id}"\nurl = "${camera?.url()}"\n`;
  const entries = ['huge', 'door', 'yard'].map((id, index) => entry(id, cameras[index]));
  stack = await startTestStack(['[transcoder]\nmax_cameras = 2', ...entries].join('\n'));
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
  for (const camera of cameras ?? []) await camera.close();
  rmSync(directory, { recursive: true, force: true });
});

const get = async (path: string) => {
  const response = await fetch(`${stack.url}${path}`);
  return { status: response.status, body: await response.json() };
};

it('says why: the picture is too large, or no transcoder has room', async () => {
  ({ page } = await openPage(browser, `${stack.url}/camera/huge`));
  await page.locator('[data-camera=huge][data-condition=unshown]').waitFor();
  await page.locator('[data-camera=huge]').getByText('Picture too large').waitFor();
  expect(await get('/api/cameras/huge')).toMatchObject({
    body: { state: 'stalled', reasonCode: 'too-large', reason: expect.stringContaining('8192x8192') },
  });
  expect(await get('/api/cameras/huge/snapshot.jpg')).toMatchObject({
    status: 503,
    body: { error: { code: 'no-picture', message: expect.stringContaining('8192x8192') } },
  });

  await page.goto(stack.url);
  const full = page.locator('[data-condition=unshown]', { hasText: 'Transcoders are full' });
  await full.waitFor();
  const left = await full.getAttribute('data-camera');
  const reason = expect.stringMatching(/\(2\)\. Start one more: docker compose up -d --scale transcoder=2/);
  expect((await get('/api/system')).body.uncarried).toEqual([
    { cameraId: left, reasonCode: 'no-transcoder-room', reason },
  ]);
  const shown = ['door', 'yard'].filter((id) => id !== left);
  for (const id of shown) await drawnFrames(page, id, 10);
  await screenshot(page, 'unshown');
});

it('shows them as soon as there is a transcoder with room', async () => {
  await stack.add('transcoder');
  for (const id of ['door', 'yard']) {
    await drawnFrames(page, id, 10);
    await page.locator(`[data-camera=${id}][data-condition=live]`).waitFor();
  }
  await waitFor(async () => (await get('/api/system')).body.uncarried.length === 0);
});
