/** Cameras that mean no good, on the page: names with markup, pictures of odd sizes, sizes that change, garbage. */
import { type CameraOptions, type RunningCamera, startCamera } from '@oriel/camera';
import { freePort } from '@oriel/testing';
import type { Browser, Page } from 'playwright-core';
import { drawnFrames, launchBrowser, openPage, screenshot } from './support/page.ts';
import { startTestStack, type TestStack } from './support/stack.ts';

const NAMES = {
  markup: '<img src=x onerror="window.attacked=1"><script>window.attacked=1</script>',
  // Writes what follows from right to left, and never ends it.
  override: 'Gate \u202Egpj.exe',
  long: 'A'.repeat(64),
  wide: '"><svg onload=window.attacked=1>',
  changing: "';window.attacked=1;//",
  noise: '{{window.attacked=1}}',
};

/** A camera whose every start has another size than the one before. */
class ChangingCamera {
  readonly url: string;
  readonly #port: number;
  #camera: RunningCamera | undefined;
  #next = 0;

  constructor(port: number) {
    this.#port = port;
    this.url = `rtsp://127.0.0.1:${port}/cam1`;
  }

  async change(): Promise<void> {
    await this.#camera?.close();
    const [width, height] = SIZES[this.#next++ % SIZES.length] as readonly [number, number];
    this.#camera = await camera({ port: this.#port, width, height });
  }

  async close(): Promise<void> {
    await this.#camera?.close();
  }
}

const SIZES = [
  [320, 240],
  [1280, 120],
  [160, 1280],
  [640, 640],
] as const;

let cameras: RunningCamera[];
let changing: ChangingCamera;
let stack: TestStack;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  const plain = await camera({ cameras: 3 });
  const wide = await camera({ width: 16_384, height: 128, framerate: 2, gopFrames: 2 });
  const noise = await camera({});
  cameras = [plain, wide, noise];
  noise.faults.set({ garbageRate: 0.5 });
  changing = new ChangingCamera(await freePort());
  await changing.change();
  const urls = {
    markup: plain.url('cam1'),
    override: plain.url('cam2'),
    long: plain.url('cam3'),
    wide: wide.url(),
    changing: changing.url,
    noise: noise.url(),
  };
  const entry = (id: keyof typeof NAMES) =>
    `[[cameras]]\nid = "${id}"\nname = ${JSON.stringify(NAMES[id])}\nurl = "${urls[id]}"\nreconnect_interval = 1\n`;
  stack = await startTestStack((Object.keys(NAMES) as (keyof typeof NAMES)[]).map(entry).join('\n'));
  browser = await launchBrowser();
  ({ page, complaints } = await openPage(browser, stack.url, { viewport: { width: 1280, height: 800 } }));
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
  await changing?.close();
  for (const one of cameras ?? []) await one.close();
});

function camera(options: CameraOptions): Promise<RunningCamera> {
  return startCamera({ width: 320, height: 240, framerate: 10, gopFrames: 10, bitrateBps: 500_000, ...options });
}

/** Whether the page is wider than its window, which no camera may make it. */
const overflows = (where: Page) =>
  where.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
const attacked = (where: Page) => where.evaluate(() => Reflect.get(window, 'attacked') === 1);

it('shows names as they are written, and each camera in its tile', async () => {
  for (const id of Object.keys(NAMES)) await drawnFrames(page, id, 3, 60_000);
  await screenshot(page, 'hostile-cameras');
  expect(await page.locator('body').textContent()).toContain(NAMES.markup);
  expect(await attacked(page)).toBe(false);
  expect(await overflows(page)).toBe(false);
  const boxes = await page.locator('[data-camera][data-frames]').evaluateAll((tiles) =>
    tiles.map((tile) => {
      const { width, height } = tile.getBoundingClientRect();
      return { width: Math.round(width), height: Math.round(height) };
    }),
  );
  expect(boxes).toHaveLength(6);
  for (const { width, height } of boxes) {
    expect(width).toBeLessThanOrEqual(1_280);
    expect(height).toBeLessThanOrEqual(800);
  }
});

it('goes on while a camera changes its size again and again', async () => {
  const others = Number(await page.locator('[data-camera=markup][data-frames]').getAttribute('data-frames'));
  const [first] = await page.locator('[data-camera=changing][data-frames]').all();
  const shown = Number(await first?.getAttribute('data-frames'));
  for (let change = 0; change < SIZES.length; change++) {
    await changing.change();
    const seen = Number(await first?.getAttribute('data-frames'));
    await drawnFrames(page, 'changing', seen + 3, 60_000);
    expect(await overflows(page)).toBe(false);
  }
  await screenshot(page, 'hostile-cameras-changed');
  expect(Number(await first?.getAttribute('data-frames'))).toBeGreaterThan(shown);
  await drawnFrames(page, 'markup', others + 10);
});

it.each(['markup', 'override', 'wide', 'changing'] as const)('shows %s alone on its page', async (id) => {
  const { page: single, complaints: told } = await openPage(browser, `${stack.url}/camera/${id}`);
  await drawnFrames(single, id, 3, 60_000);
  await screenshot(single, `hostile-camera-${id}`);
  expect(await attacked(single)).toBe(false);
  expect(await overflows(single)).toBe(false);
  expect(told).toEqual([]);
  await single.close();
});

it('lets nothing run and nothing fail', async () => {
  expect(await attacked(page)).toBe(false);
  expect(complaints).toEqual([]);
});
