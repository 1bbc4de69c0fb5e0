import 'reflect-metadata';
import { Controller, Get, type INestApplication, Inject } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { loadConfig } from '@oriel/config';
import { Counter, createLogger, type Logger, Registry } from '@oriel/observability';
import type { Readiness } from '../readiness.ts';
import { ServiceContext } from '../service-context.ts';
import { ServiceModule } from './service.module.ts';
import { LOGGER } from './tokens.ts';

@Controller('probe')
class ProbeController {
  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(Registry) private readonly registry: Registry,
  ) {}

  @Get()
  probe(): string {
    new Counter({ name: 'probes_total', help: 'x', registers: [this.registry] }).inc();
    this.logger.info('probed');
    return 'ok';
  }
}

describe('ServiceModule', () => {
  let app: INestApplication | undefined;
  const lines: string[] = [];

  async function start(readiness: Readiness): Promise<(path: string) => Promise<Response>> {
    const logger = createLogger({
      service: 'ingest',
      level: 'info',
      destination: { write: (line) => void lines.push(line) },
    });
    const redis = `redis://127.0.0.1:${process.env['REDIS_PORT']}`;
    const env = { ORIEL_REDIS_CONTROL_URL: redis, ORIEL_REDIS_MEDIA_URL: redis, ORIEL_RTSP_URL: 'rtsp://127.0.0.1/x' };
    const config = loadConfig({ env, cwd: '/nonexistent' });
    const context = new ServiceContext({ service: 'ingest', version: '0.0.0', config, instanceId: 'i-1', logger });
    for (const [name, check] of Object.entries(readiness)) context.requires(name, check);
    await context.media.ping();
    const module = await Test.createTestingModule({
      imports: [ServiceModule.forRoot(context)],
      controllers: [ProbeController],
    }).compile();
    app = module.createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address();
    return (path) => fetch(`http://127.0.0.1:${port}${path}`);
  }

  afterEach(async () => {
    await app?.close();
    app = undefined;
    lines.length = 0;
  });

  it('is live and ready when every part is there', async () => {
    const get = await start({ engine: async () => undefined });
    expect(await (await get('/health/live')).json()).toEqual({ status: 'ok', service: 'ingest' });
    const ready = await get('/health/ready');
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({
      status: 'ok',
      details: { 'redis-control': { status: 'up' }, 'redis-media': { status: 'up' }, engine: { status: 'up' } },
    });
  });

  it.each<{ name: string; readiness: Readiness; error: object }>([
    {
      name: 'a part that is missing',
      readiness: { a: () => undefined, b: () => 'no answer' },
      error: { b: { status: 'down', message: 'no answer' } },
    },
    {
      name: 'a check that fails, without its secret',
      readiness: { a: () => Promise.reject(new Error('redis://:canary@h lost')) },
      error: { a: { status: 'down', message: 'redis://***@h lost' } },
    },
    {
      name: 'a check that never answers',
      readiness: { a: () => new Promise(() => {}) },
      error: { a: { status: 'down', message: 'did not answer within 2000 ms' } },
    },
  ])('is not ready and says why: $name', async ({ readiness, error }) => {
    const get = await start(readiness);
    const ready = await get('/health/ready');
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ status: 'error', error });
    expect((await get('/health/live')).status).toBe(200);
  });

  it('gives logger and registry to everybody, and the metrics to Prometheus', async () => {
    const get = await start({});
    expect(await (await get('/probe')).text()).toBe('ok');
    expect(lines.map((line) => JSON.parse(line).msg)).toContain('probed');
    const metrics = await get('/metrics');
    expect(metrics.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await metrics.text();
    expect(text).toContain('probes_total{service="ingest",instance_id="i-1"} 1');
    expect(text).toContain('process_cpu_seconds_total{');
    expect(text).toMatch(/oriel_event_loop_delay_p99_seconds\{.*\} [\d.e-]+\n/);
  });
});
