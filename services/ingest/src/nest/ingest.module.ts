import { availableParallelism } from 'node:os';
import { type DynamicModule, Module } from '@nestjs/common';
import type { OrielConfig } from '@oriel/config';
import { FixedCapacity, RedisCameraStatusBoard, RedisDemandBoard } from '@oriel/control';
import { cpuQuotaCores } from '@oriel/observability';
import { openRtspSession } from '@oriel/rtsp-client';
import { Rounds, type ServiceContext, ServiceModule } from '@oriel/service';
import { CameraSession } from '../core/camera-session.ts';
import { CameraSessions } from '../core/camera-sessions.ts';
import { forgetStatuses } from '../core/forget-statuses.ts';
import { IngestMetrics } from '../core/ingest-metrics.ts';
import { automaticMaxCameras } from '../core/max-cameras.ts';
import { WatchedCameras } from '../core/watched-cameras.ts';

@Module({})
export class IngestModule {
  static forRoot(context: ServiceContext): DynamicModule {
    const { config, control, logger, media, life, sharedClock, instanceId } = context;
    const nowMs = () => performance.now();
    const maxCameras = maxCamerasOf(config);
    // Reading a camera takes 0.4 % of a core, and only one core is of use: which cameras they are makes no difference.
    const capacity = new FixedCapacity(maxCameras);
    const statusBoard = new RedisCameraStatusBoard(control);
    const watchedCameras = new WatchedCameras({
      board: new RedisDemandBoard(control),
      nowMs,
      onError: (error) => control.report(error),
    });
    const sessionDeps = {
      openSession: openRtspSession,
      bus: media,
      statusBoard,
      metrics: new IngestMetrics(context.registry),
      logger,
      instanceId,
      sharedClock,
      watchedCameras,
      nowMs,
    };
    const sessions = new CameraSessions({
      catalog: context.cameras,
      createSession: (camera, lease) => new CameraSession(sessionDeps, camera, lease),
    });
    life.add(
      // Awaited: access units are stamped with the shared time.
      { name: 'shared time', start: () => sharedClock.start() },
      // Not awaited: until the demand is known, every camera counts as watched.
      {
        name: 'watched cameras',
        start: () => void watchedCameras.start(),
        stop: () => watchedCameras.close(),
      },
      { name: 'camera sessions', start: () => sessions.start(), stop: () => sessions.stop() },
      new Rounds({
        name: 'forget the statuses of removed cameras',
        logger,
        cameras: context.cameras,
        round: () => forgetStatuses(context.cameras, statusBoard),
      }),
    );
    context.offerCatalog('ingest');
    context.leaseWorker({ queue: 'ingest', maxLeases: maxCameras, capacity, run: (lease) => sessions.run(lease) });
    return { module: IngestModule, imports: [ServiceModule.forRoot(context)] };
  }
}

function maxCamerasOf({ ingest }: OrielConfig): number {
  return ingest.maxCameras ?? automaticMaxCameras(cpuQuotaCores() ?? availableParallelism());
}
