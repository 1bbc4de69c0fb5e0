/** The built page in a real browser, and the gateway that it talks to. Importing this registers the hooks that open and close both. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { buildPage } from './build-page.ts';
import { ProtocolGateway, type TestCamera } from './protocol-gateway.ts';

export const RED = { r: 200, g: 30, b: 30 };
export const BLUE = { r: 30, g: 30, b: 200 };

let appDir: string;
let browser: Browser;
export let gateway: ProtocolGateway;
export let port: number;
export let context: BrowserContext;
export let page: Page;
/** What the browser complained about. */
let complaints: string[];
/** What it may complain about in this test, because the test breaks it. */
let expectedComplaint: RegExp | undefined;

beforeAll(async () => {
  appDir = await mkdtemp(join(tmpdir(), 'oriel-page-'));
  await buildPage(appDir);
  browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--no-first-run',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
});
afterAll(async () => {
  await browser?.close();
  await rm(appDir, { recursive: true, force: true });
});

afterEach(async () => {
  await context?.close();
  await gateway?.stop();
  expect(complaints.filter((text) => !expectedComplaint?.test(text))).toEqual([]);
});

/** Allows what the browser says when the test breaks something. */
export function expectComplaint(pattern: RegExp): void {
  expectedComplaint = pattern;
}

interface OpenOptions {
  viewport?: { width: number; height: number };
  clockAheadMs?: number;
  apiStatus?: number;
}

export async function open(path: string, cameras: readonly TestCamera[], options: OpenOptions = {}): Promise<void> {
  complaints = [];
  expectedComplaint = undefined;
  gateway = new ProtocolGateway(appDir, cameras);
  gateway.clockAheadMs = options.clockAheadMs ?? 0;
  gateway.apiStatus = options.apiStatus ?? 200;
  port = await gateway.start();
  context = await browser.newContext({ viewport: options.viewport ?? { width: 1_280, height: 720 } });
  page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  await page.goto(`http://127.0.0.1:${port}${path}`);
}

export async function frames(id: string, count: number): Promise<void> {
  await stageNumber(id, 'data-frames', (shown) => shown >= count);
}

export async function condition(id: string, kind: string): Promise<void> {
  await page.locator(`[data-camera="${id}"][data-condition="${kind}"]`).waitFor();
}

/** A number the stage carries, as soon as it is `good`. */
export async function stageNumber(
  id: string,
  name: string,
  good: (value: number) => boolean = () => true,
): Promise<number> {
  const stage = page.locator(`[data-camera="${id}"]`);
  let value = Number.NaN;
  await untilAsync(async () => {
    value = Number(await stage.getAttribute(name));
    return good(value);
  });
  return value;
}

/** Which of red and blue the canvas shows. */
export function colorOf(id: string): Promise<'red' | 'blue' | 'neither'> {
  return page.locator(`[data-camera="${id}"] canvas`).evaluate((element) => {
    const copy = new OffscreenCanvas(1, 1).getContext('2d');
    copy?.drawImage(element as HTMLCanvasElement, 0, 0, 1, 1);
    const [red = 0, , blue = 0] = copy?.getImageData(0, 0, 1, 1).data ?? [];
    if (red > 150 && blue < 80) return 'red';
    return blue > 150 && red < 80 ? 'blue' : 'neither';
  });
}

/** Headless Chromium never hides a page by itself. */
export async function setHidden(isHidden: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, 'visibilityState', {
      configurable: true,
      get: () => (hidden ? 'hidden' : 'visible'),
    });
    document.dispatchEvent(new Event('visibilitychange'));
  }, isHidden);
}

/** Class names of what reaches beyond the window's right edge, or makes something scroll sideways. */
export function sticksOut(): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('body *')]
      .filter((element) => {
        const { right, width } = element.getBoundingClientRect();
        const scrolls =
          getComputedStyle(element).overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1;
        const isHiddenOnPurpose =
          element.closest('.visually-hidden') !== null || element.matches('.tile-name, .single-name');
        return width > 1 && !isHiddenOnPurpose && (right > window.innerWidth + 1 || scrolls);
      })
      .map((element) => `${element.tagName} ${element.className}`),
  );
}

export async function until(isTrue: () => boolean): Promise<void> {
  await untilAsync(async () => isTrue());
}

export async function untilAsync(isTrue: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 30_000;
  while (!(await isTrue())) {
    if (performance.now() > endMs) throw new Error(`still not true: ${isTrue}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
