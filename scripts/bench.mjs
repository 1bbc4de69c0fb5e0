// `npm run bench -- [options]` and `npm run bench:scale -- [options]`: measure the product as a whole on this machine. `--help`
// tells the options.
import { checkNode, endWithNpm, ensureBuilt, ensureDependencies, ensureSystem, orExplain } from './setup.mjs';

const PROGRAMS = { scale: '../bench/dist/scale/main.js' };
const isNamed = Object.hasOwn(PROGRAMS, process.argv[2] ?? '');
const program = isNamed ? PROGRAMS[process.argv.splice(2, 1)[0]] : '../bench/dist/main.js';

endWithNpm();
await orExplain(async () => {
  checkNode();
  await ensureDependencies();
  await ensureSystem(['redis', 'ffmpeg'], { required: true });
  await ensureBuilt(undefined);
  // In this process, so that Ctrl-C lets it clean up.
  process.setSourceMapsEnabled(true);
  await import(program);
});
