import { Controller, Get, Header, Inject, SetMetadata } from '@nestjs/common';
import { HealthCheck, type HealthCheckResult, HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import { secretMask } from '../secrets.ts';
import { OBSERVABILITY_OPTIONS, type ObservabilityOptions, PUBLIC_ROUTE } from './options.ts';
import { readinessOf } from './readiness.ts';

/** `live`: the process answers. `ready`: it can do its work; if not, 503 and what is missing. */
@SetMetadata(PUBLIC_ROUTE, true)
@Controller('health')
export class HealthController {
  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(HealthIndicatorService) private readonly indicators: HealthIndicatorService,
    @Inject(OBSERVABILITY_OPTIONS) private readonly options: ObservabilityOptions,
  ) {}

  @Get('live')
  @Header('Cache-Control', 'no-store')
  live(): { status: 'ok'; service: string } {
    return { status: 'ok', service: this.options.service };
  }

  @Get('ready')
  @HealthCheck({ swaggerDocumentation: false })
  async ready(): Promise<HealthCheckResult> {
    const parts = await readinessOf(this.options.readiness);
    return this.health.check(
      [...parts].map(([name, problem]) => () => {
        const indicator = this.indicators.check(name);
        return problem === undefined ? indicator.up() : indicator.down(secretMask.text(problem));
      }),
    );
  }
}
