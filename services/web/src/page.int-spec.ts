/** The built page in a real browser, against a real Socket.IO server that speaks the protocol. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { buildPage } from '../test/build-page.ts';
import { camera } from '../test/color-camera.ts';
import { ProtocolGateway, type TestCamera } from '../test/protocol-gateway.ts';

const RED = { r: 200, g: 30, b: 30 };
const BLUE = { r: 30, g: 30, b: 200 };

/** What Chromium says when a page answers a frame as its connection ends. */
const LOST_WEB_SOCKET = /WebSocket is already in CLOSING or CLOSED state/;

let appDir: string;
let browser: Browser;
let gateway: ProtocolGateway;
let port: number;
let context: BrowserContext;
let page: Page;
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

describe('the grid', () => {
  it('shows each camera’s pictures, acknowledges them, and asks for no more than a tile can show', async () => {
    await open('/', [await camera('door', RED), await camera('yard', BLUE)]);
    await frames('door', 5);
    await frames('yard', 5);
    expect(await colorOf('door')).toEqual('red');
    expect(await colorOf('yard')).toEqual('blue');
    expect(gateway.shown('door')).toBeGreaterThan(3);
    // Which tile the browser reports first as visible is its own affair.
    expect([...gateway.watchRequests].sort((a, b) => a.camera.localeCompare(b.camera))).toEqual([
      { camera: 'door', maxWidth: 640 },
      { camera: 'yard', maxWidth: 640 },
    ]);
    await page.getByText('2 of 2 live').waitFor();
  });

  it('shows frame age by the gateway’s clock, whatever the page’s own says', async () => {
    await open('/', [await camera('door', RED, { ageMs: 300 })], { clockAheadMs: 86_400_000 });
    await frames('door', 3);
    const ageMs = await stageNumber('door', 'data-age-ms', (age) => age > 0);
    expect(ageMs).toBeGreaterThanOrEqual(295);
    expect(ageMs).toBeLessThan(1_300);
  });

  it('says why a camera is down and when it is tried again, over its last picture', async () => {
    await open('/', [await camera('door', RED), await camera('yard', BLUE)]);
    await frames('door', 2);
    gateway.change('door', {
      state: 'offline',
      reason: 'the camera refused the password',
      nextAttemptAtMs: Date.now() + 60_000,
    });
    const door = page.locator('[data-camera=door]');
    await door.getByText('Camera offline').waitFor();
    await door.getByText('The camera refused the password.').waitFor();
    await door.getByText(/^Next try in (59|60) s$/).waitFor();
    expect(await colorOf('door')).toEqual('red');
    gateway.change('door', { state: 'live', reason: undefined, nextAttemptAtMs: undefined });
    await condition('door', 'live');
    expect(await door.getByRole('status').count()).toBe(0);
  });

  it('says why a tile that never had a picture has none, and shows the picture when there is one', async () => {
    await open('/', [await camera('door', RED, { pictures: [] })]);
    await condition('door', 'starting');
    await page.getByText('Waiting for the first picture').waitFor();
    const reason = 'The transcoder has as many cameras as one may take (32). Start one more.';
    gateway.change('door', { state: 'stalled', reasonCode: 'no-transcoder-room', reason });
    await condition('door', 'unshown');
    const door = page.locator('[data-camera=door]');
    await door.getByRole('status').getByText('Transcoders are full').waitFor();
    await door.getByRole('status').getByText(reason).waitFor();
    gateway.change('door', { state: 'live', reasonCode: undefined, reason: undefined });
    await condition('door', 'starting');
  });

  it('notices that a camera called live, which had pictures, sends nothing', async () => {
    await open('/', [await camera('door', RED)]);
    await frames('door', 2);
    gateway.pause('door');
    await page.getByText(/^No picture for [34] s$/).waitFor();
  });

  it('says why the gateway ended a camera, leaves the others alone, and shows it again when it may', async () => {
    await open('/', [await camera('door', RED), await camera('yard', BLUE)]);
    await frames('door', 3);
    gateway.cut('door');
    await condition('door', 'refused');
    await page.getByRole('status').getByText('There is no camera "door".').waitFor();
    const shown = await stageNumber('yard', 'data-frames');
    await frames('yard', shown + 3);
    await condition('door', 'live');
  });

  it('disconnects and connects one camera and leaves the others alone', async () => {
    await open('/', [await camera('door', RED), await camera('yard', BLUE)]);
    await frames('door', 2);
    await page.locator('[data-camera=door]').hover();
    await page.getByRole('button', { name: 'Disconnect Camera door' }).click();
    await condition('door', 'stopped');
    await until(() => gateway.watched.join() === 'yard');
    await page.getByRole('button', { name: 'Connect Camera door' }).click();
    await until(() => gateway.watched.join() === 'door,yard');
    await condition('door', 'live');
  });

  it('watches only what is on screen', async () => {
    const cameras = await Promise.all(Array.from({ length: 12 }, (_, i) => camera(`c${i + 10}`, RED)));
    await open('/', cameras, { viewport: { width: 400, height: 500 } });
    await frames('c10', 1);
    expect(gateway.watched.length).toBeLessThan(5);
    await page.locator('[data-camera=c21]').scrollIntoViewIfNeeded();
    await frames('c21', 1);
    await until(() => !gateway.watched.includes('c10'));
  });

  it('takes up cameras that were added, and lets go of those removed', async () => {
    const [door, yard] = [await camera('door', RED), await camera('yard', BLUE)];
    await open('/', []);
    await page.getByRole('heading', { name: 'No cameras yet' }).waitFor();
    gateway.setCameras([door, yard]);
    await frames('yard', 1);
    gateway.setCameras([yard]);
    await page.locator('[data-camera=door]').waitFor({ state: 'detached' });
    await until(() => gateway.watched.join() === 'yard');
  });

  it('asks for the list once more when it connects while an older answer is on its way', async () => {
    const [door, yard] = [await camera('door', RED), await camera('yard', BLUE)];
    await open('/', []);
    expectedComplaint = LOST_WEB_SOCKET;
    await page.getByRole('heading', { name: 'No cameras yet' }).waitFor();
    const asked = gateway.listsAsked;
    let sendLists: () => void = () => undefined;
    gateway.listsHeld = new Promise((resolve) => {
      sendLists = resolve;
    });
    gateway.dropConnections();
    await until(() => gateway.listsAsked > asked);
    // The answer that is held says that there are no cameras; this ends the connections again.
    const connections = gateway.connections;
    gateway.setCameras([door, yard]);
    gateway.dropConnections();
    await until(() => gateway.connections > connections);
    sendLists();
    await frames('yard', 1);
  });

  it('answers frames at once while the tab is hidden, and stops watching after a few seconds', async () => {
    await open('/', [await camera('door', RED), await camera('yard', BLUE)]);
    await frames('door', 2);
    await setHidden(true);
    const shown = gateway.shown('door');
    const drawn = await stageNumber('door', 'data-frames');
    await until(() => gateway.shown('door') > shown + 10);
    expect(await stageNumber('door', 'data-frames')).toBeLessThan(drawn + 5);
    await until(() => gateway.watched.length === 0);
    await setHidden(false);
    await until(() => gateway.watched.length === 2);
    await frames('door', drawn + 8);
  });
});

describe('the connection', () => {
  it('comes back by itself after the gateway was restarted, and says so meanwhile', async () => {
    await open('/', [await camera('door', RED)]);
    await frames('door', 2);
    expectedComplaint = /ERR_CONNECTION_|ERR_EMPTY_RESPONSE|WebSocket/;
    await gateway.stop();
    await page.getByText('Connection to Oriel lost – trying again').waitFor();
    await condition('door', 'unknown');
    expect(await colorOf('door')).toEqual('red');
    const drawn = await stageNumber('door', 'data-frames');
    await gateway.start(port);
    await frames('door', drawn + 3);
    await page.getByText('Connection to Oriel lost – trying again').waitFor({ state: 'detached' });
  });

  it('says how to sign in when the session is over', async () => {
    await open('/', [await camera('door', RED)], { apiStatus: 401 });
    expectedComplaint = /401/;
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  });

  it('keeps a flat heap while hundreds of frames pass', async () => {
    await open('/', [await camera('door', RED, { framerate: 100 })]);
    await frames('door', 50);
    const session = await context.newCDPSession(page);
    const heapBytes = async () => {
      await session.send('HeapProfiler.collectGarbage');
      return (await session.send('Runtime.getHeapUsage')).usedSize;
    };
    const before = await heapBytes();
    await frames('door', 700);
    expect((await heapBytes()) - before).toBeLessThan(1_500_000);
  });
});

describe('the single view', () => {
  it('opens by click, larger; Escape leads back; arrows lead to the neighbours', async () => {
    await open('/', [await camera('door', RED), await camera('yard', BLUE)]);
    await frames('door', 2);
    await page.getByRole('link', { name: 'Open Camera door' }).click();
    await page.getByRole('heading', { name: 'Camera door', level: 1 }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/camera/door');
    await until(() => gateway.watchRequests.some(({ camera: id, maxWidth }) => id === 'door' && maxWidth === 1280));
    await until(() => gateway.watched.join() === 'door');
    expect(gateway.unwatched).toEqual(['yard']);

    await page.keyboard.press('ArrowRight');
    await page.getByRole('heading', { name: 'Camera yard', level: 1 }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/camera/yard');
    await page.keyboard.press('ArrowRight');
    await page.getByRole('heading', { name: 'Camera door', level: 1 }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('of 2 live').waitFor();
    expect(new URL(page.url()).pathname).toBe('/');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-tile'))).toBe('door');
  });

  it('is there by its address, with its numbers', async () => {
    await open('/camera/yard', [await camera('door', RED), await camera('yard', BLUE)]);
    await frames('yard', 3);
    expect(await page.title()).toBe('Camera yard – Oriel');
    await page.getByText('Frames per second').waitFor();
    await page.keyboard.press('i');
    const details = page.getByRole('complementary', { name: 'Details' });
    await details.getByText('w1280-q85-f30').waitFor();
    await details.getByText('64 × 36').first().waitFor();
    await page.keyboard.press('i');
    await details.waitFor({ state: 'detached' });
  });

  it('disconnects and connects', async () => {
    await open('/camera/door', [await camera('door', RED), await camera('yard', BLUE)]);
    await frames('door', 2);
    await page.getByRole('button', { name: 'Disconnect' }).click();
    await until(() => gateway.watched.length === 0);
    await condition('door', 'stopped');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await condition('door', 'live');
  });

  it('saves the picture on the screen, also when the camera is gone', async () => {
    await open('/camera/door', [await camera('door', RED), await camera('yard', BLUE)]);
    await frames('door', 1);
    gateway.change('door', { state: 'offline', reason: 'gone' });
    await condition('door', 'offline');
    const downloaded = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save this picture' }).click();
    const download = await downloaded;
    expect(download.suggestedFilename()).toMatch(/^Camera door \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.jpg$/);
    expect(await sharp(await download.path()).metadata()).toMatchObject({ format: 'jpeg', width: 64, height: 36 });
  });

  it('fills the screen with f and with a double click', async () => {
    await open('/camera/door', [await camera('door', RED), await camera('yard', BLUE)]);
    await frames('door', 1);
    const isFullscreen = () => page.evaluate(() => document.fullscreenElement !== null);
    await page.keyboard.press('f');
    await untilAsync(isFullscreen);
    await page.keyboard.press('f');
    await untilAsync(async () => !(await isFullscreen()));
    await page.locator('[data-camera=door]').dblclick();
    await untilAsync(isFullscreen);
  });

  it('is what a page with one camera shows at once', async () => {
    await open('/', [await camera('door', RED)]);
    await page.getByRole('heading', { name: 'Camera door', level: 1 }).waitFor();
    expect(await page.getByRole('button', { name: 'All cameras' }).count()).toBe(0);
  });

  it('says that there is no such camera', async () => {
    await open('/camera/attic', [await camera('door', RED)]);
    await page.getByRole('heading', { name: 'No such camera' }).waitFor();
    await page.getByRole('link', { name: 'Show all cameras' }).click();
    await frames('door', 1);
  });
});

describe('every window', () => {
  it.each([
    { name: 'a phone', viewport: { width: 360, height: 800 } },
    { name: 'a phone held sideways', viewport: { width: 800, height: 360 } },
    { name: 'a 4K wall', viewport: { width: 3840, height: 2160 } },
  ])('$name: nothing sticks out to the side', async ({ viewport }) => {
    const cameras = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((id) => camera(id, RED)));
    await open('/', cameras, { viewport });
    await frames('a', 1);
    expect(await sticksOut()).toEqual([]);
    await page.locator('[data-tile=a]').click();
    await page.getByRole('heading', { name: 'Camera a', level: 1 }).waitFor();
    await page.keyboard.press('i');
    await page.getByRole('complementary', { name: 'Details' }).waitFor();
    expect(await sticksOut()).toEqual([]);
  });

  it('keyboard alone: arrows move between tiles, Enter opens', async () => {
    await open('/', [await camera('door', RED), await camera('yard', BLUE)]);
    await frames('door', 1);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-tile'))).toBe('yard');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Camera yard', level: 1 }).waitFor();
  });
});

interface OpenOptions {
  viewport?: { width: number; height: number };
  clockAheadMs?: number;
  apiStatus?: number;
}

async function open(path: string, cameras: readonly TestCamera[], options: OpenOptions = {}): Promise<void> {
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

async function frames(id: string, count: number): Promise<void> {
  await stageNumber(id, 'data-frames', (shown) => shown >= count);
}

async function condition(id: string, kind: string): Promise<void> {
  await page.locator(`[data-camera="${id}"][data-condition="${kind}"]`).waitFor();
}

/** A number the stage carries, as soon as it is `good`. */
async function stageNumber(id: string, name: string, good: (value: number) => boolean = () => true): Promise<number> {
  const stage = page.locator(`[data-camera="${id}"]`);
  let value = Number.NaN;
  await untilAsync(async () => {
    value = Number(await stage.getAttribute(name));
    return good(value);
  });
  return value;
}

/** Which of red and blue the canvas shows. */
function colorOf(id: string): Promise<'red' | 'blue' | 'neither'> {
  return page.locator(`[data-camera="${id}"] canvas`).evaluate((element) => {
    const copy = new OffscreenCanvas(1, 1).getContext('2d');
    copy?.drawImage(element as HTMLCanvasElement, 0, 0, 1, 1);
    const [red = 0, , blue = 0] = copy?.getImageData(0, 0, 1, 1).data ?? [];
    if (red > 150 && blue < 80) return 'red';
    return blue > 150 && red < 80 ? 'blue' : 'neither';
  });
}

/** Headless Chromium never hides a page by itself. */
async function setHidden(isHidden: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, 'visibilityState', {
      configurable: true,
      get: () => (hidden ? 'hidden' : 'visible'),
    });
    document.dispatchEvent(new Event('visibilitychange'));
  }, isHidden);
}

/** Class names of what reaches beyond the window's right edge, or makes something scroll sideways. */
function sticksOut(): Promise<string[]> {
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

async function until(isTrue: () => boolean): Promise<void> {
  await untilAsync(async () => isTrue());
}

async function untilAsync(isTrue: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 30_000;
  while (!(await isTrue())) {
    if (performance.now() > endMs) throw new Error(`still not true: ${isTrue}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
