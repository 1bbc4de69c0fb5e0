import { createServer } from 'node:net';

/**
 * Finds a TCP port that is free on the loopback interface right now. Another process may take it before you do, so prefer
 * listening on port 0, and use this only for programs that need a fixed port.
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
