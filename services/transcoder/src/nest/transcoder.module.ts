import { availableParallelism } from 'node:os';
import { type DynamicModule, Module } from '@nestjs/common';
import type { OrielConfig } from '@oriel/config';
import { MeasuredCores, RedisDemandBoard } from '@oriel/control';
import { cpuQuotaCores } from '@oriel/observability';
import { type ServiceContext, ServiceModule } from '@oriel/service';
import type { Engine } from '../core/engine/engine.ts';
import { EngineHealth } from '../core/engine/engine-health.ts';
import { automaticMaxCameras } from '../core/load/max-cameras.ts';
import { TranscodeService } from '../core/transcode-service.ts';
import { TranscoderMetrics } from '../core/transcoder-metrics.ts';

@Module({})
export class TranscoderModule {
  static forRoot(context: ServiceContext, engine: Engine): DynamicModule {
    const { config, cameras, control, logger, media, sharedClock } = context;
    const nowMs = () => performance.now();
    const engineHealth = new EngineHealth(engine, nowMs);
    context.requires('engine', () => engineHealth.problem());
    const service = new TranscodeService(
      {
        bus: media,
        engine,
        events: new TranscoderMetrics(context.registry),
        logger,
        nowMs,
        sharedNowMs: () => sharedClock.nowMs(),
        demand: new RedisDemandBoard(control),
        offers: context.leaseOffers(),
      },
      { maxLatencyMs: (cameraId) => cameras.get(cameraId)?.transcoding.maxLatencyMs ?? DEFAULT_MAX_LATENCY_MS },
    );
    // Demand first: a camera taken right away must know its renditions.
    context.life.add({ name: 'demand', start: () => service.start(), stop: () => service.close() });
    const worker = context.leaseWorker({
      queue: 'transcode',
      maxLeases: maxCamerasOf(config),
      capacity: new MeasuredCores({ quotaCores: cpuQuotaCores() }),
      run: (lease) => service.run(lease),
    });
    service.followLoad(() => worker.load);
    context.reports(() => {
      const { load: loadCores, capacity: capacityCores } = worker.load;
      const { shortage, pictures } = service;
      return { loadCores, capacityCores, shortage, pictures };
    });
    return { module: TranscoderModule, imports: [ServiceModule.forRoot(context)] };
  }
}

function maxCamerasOf({ transcoder }: OrielConfig): number {
  return transcoder.maxCameras ?? automaticMaxCameras(cpuQuotaCores() ?? availableParallelism());
}

/** `max_latency_ms` of a camera that the catalog does not know, or no longer knows. */
const DEFAULT_MAX_LATENCY_MS = 200;
