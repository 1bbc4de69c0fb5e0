import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const SCREENSHOTS = fileURLToPath(new URL('../../../test-results/', import.meta.url));

/** Without the background-networking flags Chromium asks for hosts that a closed network refuses. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--no-first-run',
  '--disable-component-update',
  '--disable-sync',
];

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium', args: FLAGS });
}

/** A page that remembers what the browser complained about. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  return { page, complaints };
}

/** Kept in test-results/, for a person to look at. */
export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: `${SCREENSHOTS}${name}.png` });
}

/** Resolves once the camera's stage has drawn this many frames since the page was opened. */
export async function drawnFrames(page: Page, camera: string, frames: number, timeoutMs = 30_000): Promise<void> {
  await page.waitForFunction(
    ([id, wanted]) =>
      Number(document.querySelector(`[data-camera="${id}"][data-frames]`)?.getAttribute('data-frames')) >=
      Number(wanted),
    [camera, String(frames)],
    { timeout: timeoutMs },
  );
}
