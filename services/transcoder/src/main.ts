import { bootService } from '@oriel/service';
import { openEngine } from './core/engine/open-engine.ts';
import { TranscoderModule } from './nest/transcoder.module.ts';

await bootService({
  service: 'transcoder',
  manifest: new URL('../package.json', import.meta.url),
  module: async (context) => TranscoderModule.forRoot(context, await openEngine(context.config.transcoder.engine)),
});
