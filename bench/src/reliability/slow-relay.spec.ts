import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { SlowRelay } from './slow-relay.ts';

/** Sends back what it gets. */
const echo = createServer((socket) => socket.pipe(socket));
let relay: SlowRelay;
let url: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
});
beforeEach(async () => {
  relay = await SlowRelay.listen();
  url = relay.relayed(`redis://:secret@127.0.0.1:${(echo.address() as AddressInfo).port}`);
});
afterEach(() => relay.close());
afterAll(() => new Promise((resolve) => echo.close(resolve)));

const open = () => connect(Number(new URL(url).port), '127.0.0.1').setEncoding('latin1');

it('names itself in the place of what it relays to', () => {
  expect(url).toMatch(/^redis:\/\/:secret@127\.0\.0\.1:\d+\/?$/);
});

it.each([0, 40])('passes everything on in order, %d ms later in each direction', async (latencyMs) => {
  relay.latencyMs = latencyMs;
  const socket = open();
  await once(socket, 'connect');
  const sentAtMs = performance.now();
  let received = '';
  socket.on('data', (text) => {
    received += text;
    if (received.length >= 3) socket.emit('all');
  });
  for (const piece of 'abc') socket.write(piece);
  await once(socket, 'all');
  expect(received).toBe('abc');
  expect(performance.now() - sentAtMs).toBeGreaterThan(2 * latencyMs - 2);
  socket.destroy();
});

it('lets nothing overtake when the line becomes fast again', async () => {
  relay.latencyMs = 50;
  const socket = open();
  await once(socket, 'connect');
  let received = '';
  socket.on('data', (text) => {
    received += text;
    if (received === 'a') {
      relay.latencyMs = 0;
      socket.write('c');
    }
    if (received.length === 3) socket.emit('all');
  });
  socket.write('a');
  await new Promise((resolve) => setTimeout(resolve, 80));
  socket.write('b');
  await once(socket, 'all');
  expect(received).toBe('abc');
  socket.destroy();
});

it('ends both sides when one ends', async () => {
  const socket = open();
  await once(socket, 'connect');
  socket.write('x');
  await once(socket, 'data');
  const closed = once(socket, 'close');
  await relay.close();
  await closed;
  relay = await SlowRelay.listen();
});
