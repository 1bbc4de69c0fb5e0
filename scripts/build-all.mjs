// `npm run build`: builds everything that changed.
import { ensureBuilt, ensureDependencies, orExplain } from './setup.mjs';

await orExplain(async () => {
  await ensureDependencies();
  await ensureBuilt(undefined);
});
