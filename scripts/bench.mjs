// `npm run bench -- [options]`: measures the product as a whole on this machine. `--help` tells the options.
import { checkNode, endWithNpm, ensureBuilt, ensureDependencies, ensureSystem, orExplain } from './setup.mjs';

endWithNpm();
await orExplain(async () => {
  checkNode();
  await ensureDependencies();
  await ensureSystem(['redis', 'ffmpeg'], { required: true });
  await ensureBuilt(undefined);
  // In this process, so that Ctrl-C lets it clean up.
  process.setSourceMapsEnabled(true);
  await import('../bench/dist/main.js');
});
