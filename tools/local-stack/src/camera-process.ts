/**
 * The program of the test camera: `node camera-process.js <port>`. Runs the simulator until its parent goes away, and
 * reports on the IPC channel that it listens.
 */
import { fileURLToPath } from 'node:url';

interface Simulator {
  startCamera(options: {
    readonly port: number;
    readonly name: string;
  }): Promise<{ url(): string; close(): Promise<void> }>;
}

// By path: it is one of the programs to start, not a library that this one is built on.
const simulator: Simulator = await import(fileURLToPath(new URL('../../camera/dist/index.js', import.meta.url)));
const camera = await simulator.startCamera({ port: Number(process.argv[2]), name: 'ORIEL' });
process.send?.({ type: 'listening', url: camera.url() });

const end = () => {
  camera.close().then(
    () => process.exit(0),
    () => process.exit(1),
  );
};
process.once('SIGTERM', end);
process.once('SIGINT', end);
process.once('disconnect', end);
