/** Tests the HTTP side of a tunnel. The camera simulator's tests cover whole sessions through one. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { waitFor } from '@oriel/testing';
import { Authenticator } from '../auth/authenticator.ts';
import type { RtspError } from '../rtsp-error.ts';
import { parseRtspUrl, type RtspUrl } from '../url/rtsp-url.ts';
import type { ByteChannel } from './byte-channel.ts';
import { openHttpTunnel, tunnelAddress } from './http-tunnel.ts';

/** The bytes received over one connection. */
interface Heard {
  readonly socket: Socket;
  text: string;
}

let server: Server;
let heard: Heard[];
let tunnel: ByteChannel | undefined;
const log: string[] = [];

beforeEach(async () => {
  heard = [];
  log.length = 0;
  server = createServer((socket) => {
    const one: Heard = { socket, text: '' };
    heard.push(one);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      one.text += chunk.toString('latin1');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  tunnel?.destroy();
  tunnel = undefined;
  for (const { socket } of heard) socket.destroy();
  server.close();
  await once(server, 'close');
});

function urlOf(text: string): RtspUrl {
  const parsed = parseRtspUrl(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.url;
}

function open(): ByteChannel {
  const credentials = { username: 'admin', password: 'secret' };
  tunnel = openHttpTunnel({
    url: urlOf(`rtsp://127.0.0.1:${(server.address() as AddressInfo).port}/cam1?a=b`),
    tls: undefined,
    userAgent: 'Oriel',
    authenticator: new Authenticator({ credentials, nowMs: () => 0, createCnonce: () => 'c' }),
    sink: {
      onBytes: (bytes) => log.push(`bytes ${Buffer.from(bytes).toString('latin1')}`),
      onConnected: () => log.push('connected'),
      onRefused: (error: RtspError) => log.push(`refused ${error.code} ${error.context.statusCode ?? ''}`),
      onError: (error) => log.push(`error ${error.message}`),
      onEnd: () => log.push('end'),
    },
  });
  return tunnel;
}

const request = (index: number) => waitFor(() => heard[index]?.text.includes('\r\n\r\n') && heard[index]);
const bodyOf = ({ text }: Heard) =>
  Buffer.concat(
    [...text.slice(text.indexOf('\r\n\r\n') + 4).matchAll(/[^=]+={0,2}/g)].map(([part]) => Buffer.from(part, 'base64')),
  ).toString('latin1');

it('joins a GET and a POST by a cookie; bytes right behind the reply are not lost', async () => {
  const channel = open();
  const get = await request(0);
  get.socket.write('HTTP/1.0 200 OK\r\nContent-Type: application/x-rtsp-tunnelled\r\n\r\n$frame');
  const post = await request(1);
  await waitFor(() => log.length === 2);
  expect(log).toEqual(['connected', 'bytes $frame']);
  expect(get.text).toMatch(/^GET \/cam1\?a=b HTTP\/1\.0\r\nHost: 127\.0\.0\.1:\d+\r\n/);
  expect(post.text).toMatch(/^POST \/cam1\?a=b HTTP\/1\.0\r\n.*Content-Length: 32767\r\n/s);
  const cookies = [get, post].map(({ text }) => /x-sessioncookie: (\S+)/.exec(text)?.[1]);
  expect(cookies[0]).toMatch(/^[0-9a-f]{22}$/);
  expect(cookies[1]).toBe(cookies[0]);
  channel.write(Buffer.from('OPTIONS * RTSP/1.0\r\n\r\n'), () => undefined);
  await waitFor(() => bodyOf(post) === 'OPTIONS * RTSP/1.0\r\n\r\n');
});

it('begins another POST when the first has had its length', async () => {
  const channel = open();
  (await request(0)).socket.write('HTTP/1.0 200 OK\r\n\r\n');
  const first = await request(1);
  await waitFor(() => log.includes('connected'));
  channel.write(Buffer.alloc(24_573, 'a'), () => undefined);
  channel.write(Buffer.from('b'), () => undefined);
  const second = await request(2);
  await waitFor(() => bodyOf(second) === 'b');
  expect(bodyOf(first)).toBe('a'.repeat(24_573));
  expect(/x-sessioncookie: \S+/.exec(second.text)?.[0]).toBe(/x-sessioncookie: \S+/.exec(first.text)?.[0]);
  await waitFor(() => first.socket.destroyed);
  expect(log).toEqual(['connected']);
});

it('answers a challenge once, over a new connection', async () => {
  open();
  const refusal = 'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm="r", nonce="n"\r\n\r\n';
  (await request(0)).socket.write(refusal);
  const again = await request(1);
  expect(again.text).toMatch(/Authorization: Digest username="admin".*uri="\/cam1\?a=b"/);
  again.socket.write(refusal);
  await waitFor(() => log.length > 0);
  expect(log).toEqual(['refused unauthorized 401']);
});

it.each([
  { name: '404', reply: 'HTTP/1.1 404 Not Found\r\n\r\n', expected: 'refused unsupported-transport 404' },
  { name: '403', reply: 'HTTP/1.1 403 Forbidden\n\n', expected: 'refused forbidden 403' },
  {
    name: '401 in a scheme of its own',
    reply: 'HTTP/1.1 401 No\r\nWWW-Authenticate: Token x\r\n\r\n',
    expected: 'refused unauthorized 401',
  },
  { name: 'RTSP', reply: 'RTSP/1.0 400 Bad Request\r\n\r\n', expected: 'refused protocol-violation ' },
  { name: 'a head without end', reply: 'HTTP/1.1 200 OK\r\n'.repeat(1_000), expected: 'refused protocol-violation ' },
])('is refused by $name', async ({ reply, expected }) => {
  open();
  (await request(0)).socket.write(reply);
  await waitFor(() => log.length > 0);
  expect(log[0]).toBe(expected);
});

it('is over when the GET is', async () => {
  open();
  const get = await request(0);
  get.socket.write('HTTP/1.0 200 OK\r\n\r\n');
  await waitFor(() => log.includes('connected'));
  get.socket.destroy();
  await waitFor(() => log.includes('end'));
});

it.each([
  { url: 'rtsp://camera/x', expected: { host: 'camera', port: 80, secure: false } },
  { url: 'rtsps://camera/x', expected: { host: 'camera', port: 443, secure: true } },
  { url: 'rtsp://camera:554/x', expected: { host: 'camera', port: 554, secure: false } },
  { url: 'rtsp://[fe80::1]/x', expected: { host: 'fe80::1', port: 80, secure: false } },
  { url: 'rtsp://[fe80::1]:8080/x', expected: { host: 'fe80::1', port: 8080, secure: false } },
])('goes to $expected.port for $url', ({ url, expected }) => {
  expect(tunnelAddress(urlOf(url))).toEqual(expected);
});
