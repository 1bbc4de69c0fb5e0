// `npm run bench -- [options]`: measures the product as a whole on this machine.
import { checkNode, ensureBuilt, ensureDependencies, ensureSystem, orExplain, run } from './setup.mjs';

await orExplain(async () => {
  checkNode();
  await ensureDependencies();
  await ensureSystem(['redis', 'ffmpeg'], { required: true });
  await ensureBuilt(undefined);
  process.exitCode = await run('npm', ['run', '--silent', 'bench', '-w', 'bench', '--', ...process.argv.slice(2)]);
});
