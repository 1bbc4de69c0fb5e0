import { createServer } from 'node:net';

/** Below the ports that systems hand out by themselves. */
const LOWEST_PORT = 20_000;
const HIGHEST_PORT = 32_000;

/** The first of `size` neighbouring ports that nothing listens on at this moment. */
export async function freePortRange(size: number): Promise<number> {
  const ranges = Math.floor((HIGHEST_PORT - LOWEST_PORT) / size);
  for (let attempt = 0; attempt < ranges; attempt++) {
    const first = LOWEST_PORT + ((process.pid + attempt) % ranges) * size;
    const ports = Array.from({ length: size }, (_, index) => first + index);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return first;
  }
  throw new Error(`There are no ${size} free ports in a row`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer().once('error', () => resolve(false));
    probe.listen(port, () => probe.close(() => resolve(true)));
  });
}
