// `npm run reliability -w bench -- [name …] [--repeat N] [--write]`: what a viewer sees while parts of Oriel fail.
import { checkNode, endWithNpm, ensureBuilt, ensureDependencies, ensureSystem, orExplain } from './setup.mjs';

endWithNpm();
await orExplain(async () => {
  checkNode();
  await ensureDependencies();
  await ensureSystem(['redis'], { required: true });
  // Where one of these cannot be had, the rows that need it say so.
  await ensureSystem(['faketime', 'ip', 'iptables'], { required: false });
  await ensureBuilt(undefined);
  // In this process, so that Ctrl-C lets it clean up.
  process.setSourceMapsEnabled(true);
  await import('../bench/dist/reliability/main.js');
});
