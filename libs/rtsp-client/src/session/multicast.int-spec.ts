import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { waitFor } from '@oriel/testing';
import { TestPictures } from '@oriel/testing/scripted-server';
import { SessionBench } from './testing-session.ts';

let bench: SessionBench;
let camera: Socket;
beforeEach(async () => {
  bench = new SessionBench();
  camera = createSocket('udp4');
  camera.bind(0, '127.0.0.1');
  await once(camera, 'listening');
  camera.setMulticastInterface('127.0.0.1');
  camera.setMulticastLoopback(true);
});
afterEach(async () => {
  await bench.dispose();
  camera.close();
});

/** Administratively scoped (RFC 2365), with a port of the camera's socket so that tests side by side do not meet. */
const GROUP = '239.255.77.7';

describe('item 66: multicast', () => {
  it('joins the group that the camera names, plays, and leaves', async () => {
    const port = camera.address().port & ~1;
    const server = await bench.server({
      replies: {
        SETUP: {
          headers: { Session: 'A', Transport: `RTP/AVP;multicast;destination=${GROUP};port=${port}-${port + 1};ttl=1` },
        },
      },
    });
    const session = await bench.open({ url: server.url, transport: 'multicast' });
    expect(server.requestsOf('SETUP')[0]?.headers.get('transport')).toBe('RTP/AVP;multicast');
    expect(bench.events.at(-1)).toEqual({ type: 'playing', transport: 'multicast', codec: 'h264' });

    const pictures = new TestPictures();
    await waitFor(() => {
      for (const packet of pictures.next()) camera.send(packet, port, GROUP);
      return bench.pictures.length > 0;
    });
    await session.close();
    const count = bench.pictures.length;
    await new Promise((resolve) => camera.send(pictures.next()[0] ?? '', port, GROUP, resolve));
    expect(bench.pictures).toHaveLength(count);
  });

  it.each([
    { name: 'unicast in reply', transport: 'RTP/AVP;unicast;client_port=1-2' },
    { name: 'no group', transport: 'RTP/AVP;multicast;port=5000-5001' },
    { name: 'a group that is none', transport: 'RTP/AVP;multicast;destination=10.0.0.5;port=5000-5001' },
  ])('refuses $name', async ({ transport }) => {
    const server = await bench.server({ replies: { SETUP: { headers: { Session: 'A', Transport: transport } } } });
    expect(await bench.refusal({ url: server.url, transport: 'multicast' })).toMatchObject({
      code: 'unsupported-transport',
    });
  });
});
