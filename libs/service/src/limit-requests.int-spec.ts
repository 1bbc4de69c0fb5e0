import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { jest } from '@jest/globals';
import { limitRequests } from './limit-requests.ts';

jest.setTimeout(30_000);

describe('limitRequests', () => {
  let server: Server;
  let port: number;
  const sockets: Socket[] = [];

  beforeEach(async () => {
    server = createServer((request, response) => {
      if (request.url === '/endless') response.write('begun');
      else response.end('whole');
    });
    limitRequests(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    server.closeAllConnections();
    server.close();
  });

  function half(text: string): Socket {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined).resume();
    socket.write(text);
    sockets.push(socket);
    return socket;
  }

  it('ends 300 half-sent requests within 10 s, and leaves others and answers under way alone', async () => {
    const [endless] = (await once(get(`http://127.0.0.1:${port}/endless`), 'response')) as [IncomingMessage];
    const startedAtMs = performance.now();
    for (let i = 0; i < 100; i++) half('GET / HTTP/1.1\r\nHost: x\r\n');
    for (let i = 0; i < 100; i++) half('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{');
    for (let i = 0; i < 50; i++) half('');
    for (let i = 0; i < 50; i++) {
      const slow = half('GET / HTTP/1.1\r\n');
      const drip = setInterval(() => slow.write('X'), 500);
      slow.once('close', () => clearInterval(drip));
    }
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('whole');
    // A POST is answered before its body arrives; only its connection must be closed.
    await Promise.all(sockets.filter(({ closed }) => !closed).map((socket) => once(socket, 'close')));
    expect(performance.now() - startedAtMs).toBeLessThan(12_000);
    expect(endless.destroyed).toBe(false);
    endless.destroy();
  });
});
