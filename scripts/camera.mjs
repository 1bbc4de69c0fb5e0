// `npm run camera -- [options]`: an RTSP camera made of software. `--help` tells the options.
import { checkNode, endWithNpm, ensureBuilt, ensureDependencies, orExplain } from './setup.mjs';

endWithNpm();
await orExplain(async () => {
  checkNode();
  await ensureDependencies();
  await ensureBuilt(['@oriel/camera']);
  process.setSourceMapsEnabled(true);
  await import('../tools/camera/dist/main.js');
});
