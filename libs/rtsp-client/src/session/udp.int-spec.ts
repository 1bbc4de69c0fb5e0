/** RTP over UDP and the way back to TCP, against a scripted server with real UDP sockets (docs/rtsp-interop.md#udp). */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { waitFor } from '@oriel/testing';
import { SCRIPTED_SDP, type ScriptedReply, type ScriptedServer, TestPictures } from '@oriel/testing/scripted-server';
import { SessionBench } from './testing-session.ts';

let bench: SessionBench;
const sockets: Socket[] = [];
beforeEach(() => {
  bench = new SessionBench();
});
afterEach(async () => {
  await bench.dispose();
  for (const socket of sockets.splice(0)) await new Promise<void>((resolve) => socket.close(() => resolve()));
});

interface Received {
  readonly packet: string;
  readonly port: number;
}

/** A camera's UDP socket, which remembers what came. */
async function udpSocket(address = '127.0.0.1'): Promise<{ socket: Socket; port: number; received: Received[] }> {
  const socket = createSocket('udp4');
  sockets.push(socket);
  const received: Received[] = [];
  socket.on('message', (packet, from) => received.push({ packet: packet.toString('hex'), port: from.port }));
  socket.bind(0, address);
  await once(socket, 'listening');
  return { socket, port: socket.address().port, received };
}

const clientPort = (server: ScriptedServer): number =>
  Number(/client_port=(\d+)-/.exec(server.requestsOf('SETUP').at(-1)?.headers.get('transport') ?? '')?.[1]);

const setupReply =
  (suffix: string): ScriptedReply =>
  ({ headers }) => ({
    headers: { Session: 'A;timeout=60', Transport: `${headers.get('transport')}${suffix}` },
  });

describe('falling back to TCP with transport auto', () => {
  it('item 17, device 27: 461 to SETUP over UDP', async () => {
    const server = await bench.server({
      replies: { SETUP: [{ status: 461, reason: 'Unsupported Transport' }, setupReply('')] },
    });
    await bench.open({ url: server.url, transport: 'auto' });
    expect(server.requestsOf('SETUP').map(({ headers }) => headers.get('transport'))).toEqual([
      expect.stringMatching(/^RTP\/AVP;unicast;client_port=\d+-\d+$/),
      'RTP/AVP/TCP;unicast;interleaved=0-1',
    ]);
    expect(bench.events.at(-1)).toEqual({ type: 'playing', transport: 'tcp', codec: 'h264' });
    expect(bench.deviations).toContain('transport-switched');
  });

  it('item 17: 461 keeps the connection, whose end would take the media of a GStreamer server down', async () => {
    const server = await bench.server({
      replies: { SETUP: [{ status: 461, reason: 'Unsupported Transport' }, setupReply('')] },
    });
    await bench.open({ url: server.url, transport: 'auto' });
    expect(server.requests.map(({ method, connection }) => `${connection} ${method}`)).toEqual([
      ...['0 OPTIONS', '0 DESCRIBE', '0 SETUP', '0 SETUP', '0 PLAY'],
    ]);
  });

  it('461 to both transports is told as such', async () => {
    const server = await bench.server({ replies: { SETUP: { status: 461, reason: 'Unsupported Transport' } } });
    expect(await bench.refusal({ url: server.url, transport: 'auto' })).toMatchObject({
      code: 'unsupported-transport',
    });
    expect(server.requestsOf('SETUP').length).toBeLessThanOrEqual(3);
  });

  it('item 18, device 27: a TCP transport in answer to UDP: new connection, DESCRIBE, TCP', async () => {
    const server = await bench.server({
      replies: {
        SETUP: [{ headers: { Session: 'A', Transport: 'RTP/AVP/TCP;unicast;interleaved=0-1' } }, setupReply('')],
      },
    });
    await bench.open({ url: server.url, transport: 'auto' });
    expect(server.requests.map(({ method, connection }) => `${connection} ${method}`)).toEqual([
      ...['0 OPTIONS', '0 DESCRIBE', '0 SETUP', '0 TEARDOWN'],
      ...['1 OPTIONS', '1 DESCRIBE', '1 SETUP', '1 PLAY'],
    ]);
  });

  it('item 19, device 27: no packet for 3 s: TEARDOWN, then TCP without the caller noticing', async () => {
    const pictures = new TestPictures();
    const server = await bench.server({
      replies: { SETUP: setupReply('') },
      onPlay: (connection) => {
        if (connection.index === 0) return;
        for (const packet of pictures.next()) connection.sendFrame(0, packet);
      },
    });
    const session = await bench.open({ url: server.url, transport: 'auto' });
    bench.clock.advance(2_900);
    expect(server.connections).toHaveLength(1);
    bench.clock.advance(200);
    await waitFor(() => bench.pictures.length === 1);
    expect(server.methods.slice(3, 5)).toEqual(['PLAY', 'TEARDOWN']);
    expect(bench.deviations).toContain('transport-switched');
    expect(session.stats()).toMatchObject({ packets: 1, accessUnits: 1 });
  });

  it('packetization-mode 0 or absent goes to TCP at once (gortsplib#1072; device 29)', async () => {
    const server = await bench.server({ sdp: SCRIPTED_SDP.replace('packetization-mode=1;', '') });
    await bench.open({ url: server.url, transport: 'auto' });
    expect(server.requestsOf('SETUP').map(({ headers }) => headers.get('transport'))).toEqual([
      'RTP/AVP/TCP;unicast;interleaved=0-1',
    ]);
  });

  it('transport udp does not fall back', async () => {
    const server = await bench.server({ replies: { SETUP: { status: 461, reason: 'Unsupported Transport' } } });
    expect(await bench.refusal({ url: server.url, transport: 'udp' })).toMatchObject({ code: 'unsupported-transport' });
    const silent = await bench.server({ replies: { SETUP: setupReply('') } });
    const session = await bench.open({ url: silent.url, transport: 'udp' });
    bench.clock.advance(3_200);
    expect(await session.ended).toMatchObject({ code: 'no-media' });
  });
});

describe('ports', () => {
  it('item 58: an even port and the next; both free again after close', async () => {
    const server = await bench.server();
    const session = await bench.open({ url: server.url, transport: 'udp' });
    const port = clientPort(server);
    expect(port % 2).toBe(0);
    await session.close();
    for (const free of [port, port + 1]) {
      const probe = createSocket('udp4');
      sockets.push(probe);
      probe.bind({ port: free, address: '127.0.0.1', exclusive: true });
      await once(probe, 'listening');
    }
  });

  it.each(['SETUP', 'PLAY'])('item 27: aborting while %s is awaited frees the ports', async (method) => {
    const abort = new AbortController();
    const server = await bench.server({
      replies: {
        [method]: () => {
          abort.abort();
          return undefined;
        },
      },
    });
    expect(await bench.refusal({ url: server.url, transport: 'udp', signal: abort.signal })).toMatchObject({
      code: 'aborted',
    });
    const probe = createSocket('udp4');
    sockets.push(probe);
    probe.bind({ port: clientPort(server), address: '127.0.0.1', exclusive: true });
    await once(probe, 'listening');
    expect(bench.clock.pending).toBe(0);
  });
});

describe('packets', () => {
  it('item 59: both ports are punched before PLAY and after its reply', async () => {
    const rtp = await udpSocket();
    const rtcp = await udpSocket();
    const server = await bench.server({ replies: { SETUP: setupReply(`;server_port=${rtp.port}-${rtcp.port}`) } });
    await bench.open({ url: server.url, transport: 'udp' });
    await waitFor(() => rtp.received.length === 2 && rtcp.received.length === 2);
    const port = clientPort(server);
    expect(rtp.received).toEqual(Array(2).fill({ packet: '800000000000000000000000', port }));
    expect(rtcp.received).toEqual(Array(2).fill({ packet: '80c9000100000000', port: port + 1 }));
  });

  it('item 60: a packet from another address is dropped and counted', async () => {
    const rtp = await udpSocket();
    const stranger = await udpSocket('127.0.0.2');
    const server = await bench.server({ replies: { SETUP: setupReply(`;server_port=${rtp.port}-${rtp.port + 1}`) } });
    const session = await bench.open({ url: server.url, transport: 'udp' });
    const pictures = new TestPictures();
    for (const packet of new TestPictures({ ssrc: 1 }).next())
      stranger.socket.send(packet, clientPort(server), '127.0.0.1');
    await waitFor(() => session.stats().faults['udp-foreign-source'] === 1);
    for (const packet of pictures.next()) rtp.socket.send(packet, clientPort(server), '127.0.0.1');
    await waitFor(() => bench.pictures.length === 1);
    expect(session.stats().packets).toBe(1);
  });

  it('item 60: a packet from another port is dropped and counted', async () => {
    const rtp = await udpSocket();
    const other = await udpSocket();
    const server = await bench.server({ replies: { SETUP: setupReply(`;server_port=${rtp.port}-${rtp.port + 1}`) } });
    const session = await bench.open({ url: server.url, transport: 'udp' });
    for (const packet of new TestPictures().next()) other.socket.send(packet, clientPort(server), '127.0.0.1');
    await waitFor(() => session.stats().faults['udp-foreign-port'] === 1);
    expect(bench.pictures).toEqual([]);
  });

  it.each([';server_port=0-1', ';server_port=0', ''])(
    'item 60: with %j the port is learned from the first packet',
    async (suffix) => {
      const rtp = await udpSocket();
      const server = await bench.server({ replies: { SETUP: setupReply(suffix) } });
      const session = await bench.open({ url: server.url, transport: 'udp' });
      const pictures = new TestPictures();
      for (const packet of pictures.next()) rtp.socket.send(packet, clientPort(server), '127.0.0.1');
      await waitFor(() => bench.pictures.length === 1);
      const other = await udpSocket();
      for (const packet of pictures.next()) other.socket.send(packet, clientPort(server), '127.0.0.1');
      await waitFor(() => session.stats().faults['udp-foreign-port'] === 1);
    },
  );

  it('media from the address that `source` names', async () => {
    const rtp = await udpSocket('127.0.0.3');
    const server = await bench.server({
      replies: { SETUP: setupReply(`;source=127.0.0.3;server_port=${rtp.port}-${rtp.port + 1}`) },
    });
    await bench.open({ url: server.url, transport: 'udp' });
    for (const packet of new TestPictures().next()) rtp.socket.send(packet, clientPort(server), '127.0.0.1');
    await waitFor(() => bench.pictures.length === 1);
  });

  it('item 63, device 32: a datagram of 10 KB (Tapo)', async () => {
    const rtp = await udpSocket();
    const server = await bench.server({ replies: { SETUP: setupReply(`;server_port=${rtp.port}-${rtp.port + 1}`) } });
    await bench.open({ url: server.url, transport: 'udp' });
    const [first, ...rest] = new TestPictures().next(100);
    if (first === undefined) throw new Error('no packet');
    expect(rest).toEqual([]);
    rtp.socket.send(Buffer.concat([first, Buffer.alloc(10_000, 0x5a)]), clientPort(server), '127.0.0.1');
    await waitFor(() => bench.pictures.length === 1);
    expect(bench.pictures[0]?.data.length).toBeGreaterThan(10_000);
  });

  it('item 62: a receiver report within the first 5 s and every 5 s, BYE on close', async () => {
    const rtp = await udpSocket();
    const rtcp = await udpSocket();
    const server = await bench.server({ replies: { SETUP: setupReply(`;server_port=${rtp.port}-${rtcp.port}`) } });
    const session = await bench.open({ url: server.url, transport: 'udp' });
    await waitFor(() => rtcp.received.length === 2);
    const pictures = new TestPictures();
    for (let count = 1; count <= 4; count++) {
      for (const packet of pictures.next()) rtp.socket.send(packet, clientPort(server), '127.0.0.1');
      await waitFor(() => bench.pictures.length === count);
      bench.clock.advance(5_000);
    }
    await waitFor(() => rtcp.received.length >= 6);
    const reports = rtcp.received.slice(2);
    expect(reports.every(({ packet }) => packet.startsWith('81c90007'))).toBe(true);
    await session.close();
    await waitFor(() => rtcp.received.at(-1)?.packet.includes('81cb0001'));
  });

  it('the end of the RTSP connection is the end of the session', async () => {
    const server = await bench.server();
    const session = await bench.open({ url: server.url, transport: 'udp' });
    server.connection.socket.destroy();
    expect(await session.ended).toMatchObject({ code: 'closed-by-peer' });
    // The stream would go on: one TEARDOWN over a connection of its own.
    await waitFor(() => server.requestsOf('TEARDOWN').length === 1);
    expect(server.requestsOf('TEARDOWN')[0]).toMatchObject({ connection: 1 });
    await server.connections[1]?.closed;
    expect(bench.clock.pending).toBe(0);
  });
});
