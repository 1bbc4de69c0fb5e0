/** Some viewers that acknowledge at once; counts what they get, as `viewers.ts` asks. */
import { io } from 'socket.io-client';

const camera = process.env['CAMERA_ID'];
let frames = 0;
let skipped = 0;
let agesMs: number[] = [];

await Promise.all(
  Array.from({ length: Number(process.env['COUNT']) }, async () => {
    const socket = io(process.env['URL'] ?? '', { transports: ['websocket'], forceNew: true });
    socket.on('frame', (header: { receivedAtMs: number; skipped: number }, _data: unknown, shown: () => void) => {
      frames++;
      skipped += header.skipped;
      agesMs.push(Date.now() - header.receivedAtMs);
      shown();
    });
    await socket.emitWithAck('watch', { camera });
  }),
);

process.on('message', (message) => {
  if (message === 'report') process.send?.({ frames, skipped, agesMs });
  frames = 0;
  skipped = 0;
  agesMs = [];
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
