import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { bindPortPair, closePortPair } from './udp-port-pair.ts';

const options = { localAddress: '127.0.0.1', receiveBufferBytes: 65_536 };

describe('item 58: an even and odd pair with busy ports', () => {
  it.each([0, 1])('passes over a pair whose port %i is busy, and leaves nothing bound', async (offset) => {
    const first = await bindPortPair(options);
    const second = await bindPortPair(options);
    if (first === undefined || second === undefined) throw new Error('no free ports');
    await Promise.all([closePortPair(first), closePortPair(second)]);

    const busy = createSocket('udp4');
    busy.bind({ port: first.rtpPort + offset, address: '127.0.0.1', exclusive: true });
    await once(busy, 'listening');
    try {
      const pair = await bindPortPair({ ...options, candidates: [first.rtpPort, second.rtpPort] });
      expect(pair?.rtpPort).toBe(second.rtpPort);
      expect(pair?.rtcp.address().port).toBe(second.rtpPort + 1);
      if (pair) await closePortPair(pair);
      expect(await bindPortPair({ ...options, candidates: [first.rtpPort] })).toBeUndefined();
    } finally {
      busy.close();
    }
  });

  it('throws what is no busy port', async () => {
    await expect(bindPortPair({ ...options, localAddress: '192.0.2.1' })).rejects.toMatchObject({
      code: 'EADDRNOTAVAIL',
    });
  });
});
