import { Controller, Get, Header, Inject, SetMetadata } from '@nestjs/common';
import { HealthCheck, type HealthCheckResult, HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import { secretMask } from '@oriel/observability';
import { readinessOf } from '../readiness.ts';
import { ServiceContext } from '../service-context.ts';
import { PUBLIC_ROUTE } from './tokens.ts';

/** `live`: the process answers. `ready`: it can do its work; otherwise 503 and what is missing. */
@SetMetadata(PUBLIC_ROUTE, true)
@Controller('health')
export class HealthController {
  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(HealthIndicatorService) private readonly indicators: HealthIndicatorService,
    @Inject(ServiceContext) private readonly context: ServiceContext,
  ) {}

  @Get('live')
  @Header('Cache-Control', 'no-store')
  live(): { status: 'ok'; service: string } {
    return { status: 'ok', service: this.context.service };
  }

  @Get('ready')
  @HealthCheck({ swaggerDocumentation: false })
  async ready(): Promise<HealthCheckResult> {
    const parts = await readinessOf(this.context.readiness);
    return this.health.check(
      [...parts].map(([name, problem]) => () => {
        const indicator = this.indicators.check(name);
        return problem === undefined ? indicator.up() : indicator.down(secretMask.text(problem));
      }),
    );
  }
}
