/** Viewers of every kind that come and go in order, again and again, while one stays. */
import type { LocalStack } from '@oriel/local-stack';
import type { ClientToServerEvents, ServerToClientEvents } from '@oriel/stream-protocol';
import { io, type Socket } from 'socket.io-client';
import { drawnFrames, launchBrowser, openPage } from '../support/page.ts';

export interface Visits {
  readonly counts: Readonly<Record<VisitKind, number>>;
  readonly failures: readonly string[];
}

type VisitKind = 'Socket.IO' | 'MJPEG' | 'snapshot' | 'page';

/** Some visitors at a time, one after the other each, for this long. */
export async function letVisit(stack: LocalStack, cameras: readonly string[], durationMs: number): Promise<Visits> {
  const counts: Record<VisitKind, number> = { 'Socket.IO': 0, MJPEG: 0, snapshot: 0, page: 0 };
  const failures: string[] = [];
  const endMs = performance.now() + durationMs;
  const repeat = async (kind: VisitKind, visit: (camera: string) => Promise<void>) => {
    for (let turn = 0; performance.now() < endMs; turn++) {
      try {
        await visit(cameras[turn % cameras.length] as string);
        counts[kind]++;
      } catch (error) {
        failures.push(`${kind}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  };
  const browser = await launchBrowser();
  try {
    const { page } = await openPage(browser, stack.url);
    await Promise.all([
      ...Array.from({ length: SOCKETS }, () => repeat('Socket.IO', (camera) => joinAndLeave(stack.url, camera))),
      repeat('MJPEG', (camera) => readMjpeg(`${stack.url}/api/cameras/${camera}/stream.mjpeg?width=320`)),
      repeat('snapshot', (camera) => readSnapshot(`${stack.url}/api/cameras/${camera}/snapshot.jpg?width=320`)),
      repeat('page', async (camera) => {
        await page.reload();
        await drawnFrames(page, camera, 1);
      }),
    ]);
  } finally {
    await browser.close();
  }
  return { counts, failures };
}

const SOCKETS = 6;
const LONGEST_MS = 15_000;

/** Watches until the first picture, says that it stops watching, and closes. */
async function joinAndLeave(url: string, camera: string): Promise<void> {
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(url, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
  });
  try {
    const picture = new Promise<void>((resolve, reject) => {
      socket.on('frame', (_header, _data, shown) => {
        shown();
        resolve();
      });
      socket.on('connect_error', reject);
      socket.on('disconnect', (reason) => reject(new Error(`disconnected: ${reason}`)));
      setTimeout(() => reject(new Error('no picture')), LONGEST_MS).unref();
    });
    picture.catch(() => undefined);
    const reply = await socket.timeout(LONGEST_MS).emitWithAck('watch', { camera });
    if (!reply.ok) throw new Error(reply.error.message);
    await picture;
    await socket.timeout(LONGEST_MS).emitWithAck('unwatch', { camera });
  } finally {
    socket.close();
  }
}

/** Reads some pictures of an MJPEG stream and closes it. */
async function readMjpeg(url: string): Promise<void> {
  const controller = new AbortController();
  const response = await fetch(url, { signal: AbortSignal.any([controller.signal, AbortSignal.timeout(LONGEST_MS)]) });
  if (!response.ok || response.body === null) throw new Error(`status ${response.status}`);
  const reader = response.body.getReader();
  for (let bytes = 0; bytes < 50_000; ) {
    const { value, done } = await reader.read();
    if (done) throw new Error('the stream ended');
    bytes += value.length;
  }
  controller.abort();
}

async function readSnapshot(url: string): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(LONGEST_MS) });
  if (!response.ok) throw new Error(`status ${response.status}`);
  await response.arrayBuffer();
}
