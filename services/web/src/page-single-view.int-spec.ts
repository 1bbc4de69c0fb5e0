/** One camera large, and the page in windows of all sizes, in a real browser. */
import sharp from 'sharp';
import { camera } from '../test/color-camera.ts';
import { BLUE, condition, frames, gateway, open, page, RED, sticksOut, until, untilAsync } from '../test/page-stage.ts';

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
