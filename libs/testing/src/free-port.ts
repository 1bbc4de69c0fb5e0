import { createServer } from 'node:net';

/**
 * A TCP port of the loopback interface that nothing listens on at this moment. Another process can take it before you do:
 * prefer listening on port 0, and use this only for programs that must be told their port.
 */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('the probe has no port'));
      });
    });
  });
}
