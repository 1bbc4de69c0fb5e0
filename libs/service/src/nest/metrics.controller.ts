import { Controller, Get, Header, Inject, SetMetadata } from '@nestjs/common';
import { Registry } from '@oriel/observability';
import { PUBLIC_ROUTE } from './tokens.ts';

@SetMetadata(PUBLIC_ROUTE, true)
@Controller('metrics')
export class MetricsController {
  constructor(@Inject(Registry) private readonly registry: Registry) {}

  @Get()
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  metrics(): Promise<string> {
    return this.registry.metrics();
  }
}
