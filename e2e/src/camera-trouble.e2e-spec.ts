/** A camera that cannot be shown says why, each trouble in its own words, and no secret gets out while it does. */
import { type RunningCamera, startCamera } from '@oriel/camera';
import { freePort, waitFor } from '@oriel/testing';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, openPage, screenshot } from './support/page.ts';
import { startTestStack, type TestStack } from './support/stack.ts';

const CANARY = 'canary-9f3k';
const WRONG_CANARY = 'wrong-canary-7x2m';

let cameras: RunningCamera[];
let stack: TestStack;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  const authentication = { scheme: 'digest', users: { admin: CANARY } } as const;
  const locked = await startCamera({ width: 320, height: 240, framerate: 10, authentication });
  const soundOnly = await startCamera({ width: 320, height: 240, framerate: 10, sdp: 'no-video' });
  cameras = [locked, soundOnly];
  const url = (user: string, path = 'cam1') => `rtsp://${user}@127.0.0.1:${locked.port}/${path}`;
  const entry = (id: string, name: string, address: string) =>
    `[[cameras]]\nid = "${id}"\nname = "${name}"\nurl = "${address}"\nreconnect_interval = 1\n`;
  stack = await startTestStack(
    [
      entry('good', 'Right password', url(`admin:${CANARY}`)),
      entry('password', 'Wrong password', url(`admin:${WRONG_CANARY}`)),
      entry('path', 'Wrong path', url(`admin:${CANARY}`, 'nothing-here')),
      entry('down', 'Switched off', `rtsp://admin:${CANARY}@127.0.0.1:${await freePort()}/cam1`),
      entry('sound', 'Sound only', soundOnly.url()),
    ].join('\n'),
  );
  browser = await launchBrowser();
  ({ page } = await openPage(browser, stack.url, { viewport: { width: 1440, height: 900 } }));
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
  for (const camera of cameras ?? []) await camera.close();
});

it('gives each trouble its own words on the page', async () => {
  await page.locator('[data-camera=good][data-condition=live]').waitFor();
  const words = new Map<string, string>();
  for (const id of ['password', 'path', 'down', 'sound']) {
    const notice = page.locator(`[data-camera=${id}] .notice-detail`);
    await notice.waitFor();
    words.set(id, (await notice.textContent()) ?? '');
  }
  await screenshot(page, 'camera-trouble');
  expect(words.get('password')).toMatch(/password/i);
  expect(words.get('path')).toMatch(/path|address|stream/i);
  expect(words.get('down')).toMatch(/port/i);
  expect(words.get('sound')).toMatch(/video|H\.264/i);
  expect(new Set(words.values()).size).toBe(4);
});

it('tries the wrong password once and then waits', async () => {
  const status = async () => {
    const response = await fetch(`${stack.url}/api/cameras/password`);
    return (await response.json()) as { nextAttemptAtMs?: number; reasonCode?: string };
  };
  const { nextAttemptAtMs } = await waitFor(async () => {
    const camera = await status();
    return camera.reasonCode === 'unauthorized' && camera;
  });
  expect(Number(nextAttemptAtMs) - Date.now()).toBeGreaterThan(40_000);
});

it('shows no password in any log, API answer, metric or status', async () => {
  const paths = [
    '/api/cameras',
    '/api/cameras/good',
    '/api/cameras/password',
    '/api/system',
    '/api/openapi.json',
    '/metrics',
    '/health/ready',
  ];
  const healthUrls = stack.services.flatMap(({ healthUrl }) => (healthUrl === undefined ? [] : [healthUrl]));
  const urls = [
    ...paths.map((path) => stack.url + path),
    ...healthUrls.flatMap((url) => [`${url}/metrics`, `${url}/health/ready`]),
  ];
  const answers = await Promise.all(urls.map(async (url) => (await fetch(url)).text()));
  const everything = [...answers, stack.output(), await page.content()].join('\n');
  expect(everything).toContain('127.0.0.1');
  expect(everything).not.toContain(CANARY);
  expect(everything).not.toContain(WRONG_CANARY);
});
