import { createServer } from 'node:http';
import type { AddressInfo, Socket as TcpSocket } from 'node:net';
import type { ClientToServerEvents, FrameHeader, ServerToClientEvents, WatchReply } from '@oriel/stream-protocol';
import { Server, type Socket } from 'socket.io';
import { type CameraWatcher, openViewerSocket, type ReceivedFrame, ViewerConnection } from './viewer-connection.ts';

type GatewaySocket = Socket<ClientToServerEvents, ServerToClientEvents>;

/** A server that the test controls. Each event it receives is a line in `requests`. */
class Gateway {
  readonly requests: string[] = [];
  sockets: GatewaySocket[] = [];
  reply: (camera: string) => WatchReply = (camera) => ({ ok: true, camera, rendition: 'w640-q85-f30' });
  clockRequests = 0;
  serverTimeMs = () => Date.now() + 60_000;
  refuses = false;
  #io: Server<ClientToServerEvents, ServerToClientEvents> | undefined;
  readonly #lines = new Set<TcpSocket>();

  async start(port = 0): Promise<number> {
    const http = createServer();
    http.on('connection', (line) => this.#lines.add(line.once('close', () => this.#lines.delete(line))));
    const io = new Server<ClientToServerEvents, ServerToClientEvents>(http);
    this.#io = io;
    io.use((_, next) => (this.refuses ? next(new Error('unauthorized')) : next()));
    io.on('connection', (socket) => {
      this.sockets.push(socket);
      socket.on('clock', (reply) => {
        this.clockRequests++;
        reply({ serverTimeMs: this.serverTimeMs() });
      });
      socket.on('watch', (request, reply) => {
        this.requests.push(`watch ${request.camera} ${request.maxWidth}`);
        reply(this.reply(request.camera));
      });
      socket.on('unwatch', ({ camera }, reply) => {
        this.requests.push(`unwatch ${camera}`);
        reply({ ok: true, camera });
      });
    });
    await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
    return (http.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.sockets = [];
    await this.#io?.close();
    for (const line of this.#lines) line.destroy();
  }
}

const header = (camera: string, sequence: number): FrameHeader => ({
  camera,
  epoch: 1,
  sequence,
  width: 4,
  height: 2,
  receivedAtMs: 1,
  sentAtMs: 2,
  skipped: 0,
  rendition: 'w640-q85-f30',
});

/** Collects everything a watch delivers. */
function collector() {
  const frames: ReceivedFrame[] = [];
  const events: string[] = [];
  const watcher: CameraWatcher = {
    onFrame: (frame) => frames.push(frame),
    onCamera: ({ state, reason }) => events.push(`${state} ${reason ?? ''}`.trim()),
    onReply: (reply) => events.push(reply.ok ? `ok ${reply.rendition}` : `refused ${reply.error.code}`),
  };
  return { frames, events, watcher };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('ViewerConnection', () => {
  let gateway: Gateway;
  let port: number;
  let connection: ViewerConnection;
  const isConnected = () => connection.state.status === 'connected';

  beforeEach(async () => {
    gateway = new Gateway();
    port = await gateway.start();
    connection = new ViewerConnection({
      socket: openViewerSocket(`http://127.0.0.1:${port}`),
      nowMs: () => performance.now(),
    });
  });
  afterEach(async () => {
    connection.close();
    await gateway.stop();
  });

  it('sends a watch asked for before it was connected, once', async () => {
    const { events, watcher } = collector();
    connection.watch({ camera: 'door', maxWidth: 320 }, watcher);
    connection.watch({ camera: 'door', maxWidth: 640 }, watcher);
    connection.open();
    await until(() => events.length > 0);
    expect(gateway.requests).toEqual(['watch door 640']);
    expect(events).toEqual(['ok w640-q85-f30']);
  });

  it('brings a camera’s frames and events to its watcher, and the answer back', async () => {
    const door = collector();
    const yard = collector();
    connection.watch({ camera: 'door' }, door.watcher);
    connection.watch({ camera: 'yard' }, yard.watcher);
    connection.open();
    await until(() => gateway.requests.length === 2);
    let answers = 0;
    const data = new Uint8Array([0xff, 0xd8, 0xff, 0xd9]);
    gateway.sockets[0]?.emit('frame', header('door', 7), data, () => answers++);
    gateway.sockets[0]?.emit('camera', { camera: 'yard', state: 'offline', reason: 'no answer' });
    await until(() => door.frames.length === 1 && yard.events.includes('offline no answer'));
    expect(yard.frames).toEqual([]);
    expect(door.frames[0]?.header).toEqual(header('door', 7));
    expect(new Uint8Array(door.frames[0]?.data ?? [])).toEqual(data);
    expect(answers).toBe(0);
    door.frames[0]?.answer();
    await until(() => answers === 1);
  });

  it('answers at once a frame that nobody watches any more', async () => {
    const { frames, watcher } = collector();
    connection.watch({ camera: 'door' }, watcher);
    connection.open();
    await until(() => gateway.requests.length === 1);
    connection.unwatch('door');
    let answers = 0;
    gateway.sockets[0]?.emit('frame', header('door', 1), new Uint8Array(4), () => answers++);
    await until(() => answers === 1);
    expect(frames).toEqual([]);
    expect(gateway.requests.at(-1)).toBe('unwatch door');
  });

  it('comes back after the gateway was restarted and watches again what is watched, not what is not', async () => {
    const { watcher } = collector();
    const states: string[] = [];
    connection.onState(() => states.push(connection.state.status));
    connection.watch({ camera: 'door', maxWidth: 640 }, watcher);
    connection.watch({ camera: 'yard', maxWidth: 320 }, watcher);
    connection.open();
    await until(() => gateway.requests.length === 2);
    await gateway.stop();
    await until(() => connection.state.status === 'lost');
    connection.unwatch('yard');
    gateway.requests.length = 0;
    await gateway.start(port);
    await until(() => gateway.requests.length > 0);
    expect(gateway.requests).toEqual(['watch door 640']);
    expect(states).toEqual(['connected', 'lost', 'connected']);
  });

  it('never answers a frame of an earlier connection over a later one', async () => {
    const { frames, watcher } = collector();
    connection.watch({ camera: 'door' }, watcher);
    connection.open();
    await until(() => gateway.requests.length === 1);
    gateway.sockets[0]?.emit('frame', header('door', 1), new Uint8Array(4), () => undefined);
    await until(() => frames.length === 1);
    await gateway.stop();
    await until(() => connection.state.status === 'lost');
    await gateway.start(port);
    await until(() => gateway.requests.length === 2 && gateway.sockets.length === 1);
    // Has the same acknowledgement number as the earlier frame, so a late answer to that one would count for this one.
    let answers = 0;
    gateway.sockets[0]?.emit('frame', header('door', 2), new Uint8Array(4), () => answers++);
    await until(() => frames.length === 2);
    frames[0]?.answer();
    const { watcher: other } = collector();
    connection.watch({ camera: 'yard' }, other);
    await until(() => gateway.requests.includes('watch yard undefined'));
    expect(answers).toBe(0);
    frames[1]?.answer();
    await until(() => answers === 1);
  });

  it('knows the gateway’s clock soon after connecting', async () => {
    connection.open();
    await until(() => connection.clock.offsetMs !== undefined);
    const errorMs = (connection.clock.toServerMs(performance.now()) ?? 0) - (Date.now() + 60_000);
    expect(Math.abs(errorMs)).toBeLessThan((connection.clock.roundTripMs ?? 0) / 2 + 5);
  });

  it.each([3_600_000, -3_600_000])(
    'asks anew when a picture shows that the gateway’s clock jumped %d ms',
    async (jumpMs) => {
      connection.watch({ camera: 'door' }, { ...collector().watcher, onFrame: ({ answer }) => answer() });
      connection.open();
      // Skips the burst after connecting.
      await until(() => gateway.clockRequests === 4 && connection.clock.offsetMs !== undefined);
      const show = () =>
        new Promise<void>((shown) => {
          const picture = { ...header('door', 1), sentAtMs: gateway.serverTimeMs() };
          gateway.sockets[0]?.emit('frame', picture, new Uint8Array([0xff]), shown);
        });
      await show();
      expect(gateway.clockRequests).toBe(4);
      gateway.serverTimeMs = () => Date.now() + 60_000 + jumpMs;
      await show();
      expect(gateway.clockRequests).toBe(5);
      const errorMs = () => (connection.clock.toServerMs(performance.now()) ?? 0) - gateway.serverTimeMs();
      await until(() => Math.abs(errorMs()) < 1_000);
    },
  );

  it('forgets the clock of the gateway before when it reconnects', async () => {
    const offsets: (number | undefined)[] = [];
    connection.onState(() => isConnected() && offsets.push(connection.clock.offsetMs));
    connection.open();
    await until(() => connection.clock.offsetMs !== undefined);
    await gateway.stop();
    await until(() => !isConnected());
    await gateway.start(port);
    await until(() => offsets.length === 2);
    expect(offsets).toEqual([undefined, undefined]);
  });

  it('tells the watcher why the gateway refuses', async () => {
    gateway.reply = () => ({ ok: false, error: { code: 'unsupported-format', message: 'JPEG only' } });
    const { events, watcher } = collector();
    connection.watch({ camera: 'door' }, watcher);
    connection.open();
    await until(() => events.length > 0);
    expect(events).toEqual(['refused unsupported-format']);
  });

  it('tells the watcher, and only that one, when the gateway ends a watch', async () => {
    const door = collector();
    const yard = collector();
    connection.watch({ camera: 'door', maxWidth: 640 }, door.watcher);
    connection.watch({ camera: 'yard', maxWidth: 640 }, yard.watcher);
    connection.open();
    await until(() => yard.events.length === 1 && door.events.length === 1);
    const error = { code: 'unsupported-format', message: 'No more.' } as const;
    gateway.sockets[0]?.emit('ended', { camera: 'door', error });
    gateway.sockets[0]?.emit('ended', { camera: 'nobody-watches-this', error });
    await until(() => door.events.length === 2);
    expect(door.events).toEqual(['ok w640-q85-f30', 'refused unsupported-format']);
    expect(yard.events).toEqual(['ok w640-q85-f30']);
    expect(gateway.requests).toEqual(['watch door 640', 'watch yard 640']);
  });

  it('says so when the gateway refuses the connection', async () => {
    gateway.refuses = true;
    connection.open();
    await until(() => connection.state.status === 'refused');
    expect(connection.state).toEqual({ status: 'refused', message: 'unauthorized' });
  });

  it('comes back after the gateway ended the connection in order', async () => {
    connection.open();
    await until(isConnected);
    gateway.refuses = true;
    await until(() => gateway.sockets.length === 1);
    gateway.sockets[0]?.disconnect(true);
    await until(() => !isConnected());
    gateway.refuses = false;
    connection.retryNow();
    await until(isConnected);
    expect(gateway.sockets).toHaveLength(2);
  });
});

describe('openViewerSocket', () => {
  it('tries again at once and often, seldom after three seconds, and often again after the next loss', async () => {
    const gateway = new Gateway();
    const port = await gateway.start();
    await gateway.stop();
    const socket = openViewerSocket(`http://127.0.0.1:${port}`);
    const pausesMs: number[] = [];
    socket.io.on('reconnect_attempt', () => pausesMs.push(socket.io.reconnectionDelay()));
    socket.connect();
    await until(() => pausesMs.length === 12);
    expect(pausesMs).toEqual([...Array(11).fill(250), 2_000]);
    expect(socket.io.reconnectionDelayMax()).toBe(2_000);
    await gateway.start(port);
    await until(() => socket.connected);
    expect([socket.io.reconnectionDelay(), socket.io.reconnectionDelayMax()]).toEqual([250, 250]);
    socket.disconnect();
    await gateway.stop();
  });

  it('comes back over WebSocket where it had one, and tries polling too when that takes long', async () => {
    const gateway = new Gateway();
    const port = await gateway.start();
    const socket = openViewerSocket(`http://127.0.0.1:${port}`);
    const tried: unknown[] = [];
    socket.io.on('reconnect_attempt', () => tried.push(socket.io.opts.transports));
    expect(socket.io.opts.transports).toEqual(['websocket', 'polling']);
    socket.connect();
    await until(() => socket.connected);
    await gateway.stop();
    await until(() => tried.length === 12);
    expect(tried).toEqual([...Array(11).fill(['websocket']), ['websocket', 'polling']]);
    socket.disconnect();
  });
});
