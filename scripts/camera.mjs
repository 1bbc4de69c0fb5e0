// `npm run camera -- [options]`: an RTSP camera made of software. `--help` tells the options.
import { checkNode, ensureBuilt, ensureDependencies, orExplain } from './setup.mjs';

await orExplain(async () => {
  checkNode();
  await ensureDependencies();
  await ensureBuilt(['@oriel/camera']);
  process.setSourceMapsEnabled(true);
  await import('../tools/camera/dist/main.js');
});
