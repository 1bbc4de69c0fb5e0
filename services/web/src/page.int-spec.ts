/** The grid of the built page in a real browser, against a real Socket.IO server that speaks the protocol. */
import { camera } from '../test/color-camera.ts';
import {
  BLUE,
  colorOf,
  condition,
  context,
  expectComplaint,
  frames,
  gateway,
  open,
  page,
  port,
  RED,
  setHidden,
  stageNumber,
  until,
} from '../test/page-stage.ts';

/** What Chromium says when a page answers a frame as its connection ends. */
const LOST_WEB_SOCKET = /WebSocket is already in CLOSING or CLOSED state/;

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
    expectComplaint(LOST_WEB_SOCKET);
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
    expectComplaint(/ERR_CONNECTION_|ERR_EMPTY_RESPONSE|WebSocket/);
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
    expectComplaint(/401/);
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
