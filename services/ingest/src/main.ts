import { bootService } from '@oriel/service';
import { IngestModule } from './nest/ingest.module.ts';

await bootService({
  service: 'ingest',
  manifest: new URL('../package.json', import.meta.url),
  module: (context) => IngestModule.forRoot(context),
});
