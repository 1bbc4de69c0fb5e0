import { availableParallelism } from 'node:os';
import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { CameraConfig, OrielConfig } from '@oriel/config';
import {
  BullMqLeaseOffers,
  BullMqLeaseWorker,
  ControlConnection,
  createSharedClock,
  type Lease,
  RedisCameraStatusBoard,
  RedisDemandBoard,
  RedisInstanceBoard,
  RedisSharedClock,
} from '@oriel/control';
import { RedisMediaBus } from '@oriel/media-bus';
import {
  cpuQuotaCores,
  InstanceHeartbeat,
  type Logger,
  problemOf,
  type Registry,
  redisChecks,
} from '@oriel/observability';
import { ObservabilityModule } from '@oriel/observability/nest';
import { openRtspSession } from '@oriel/rtsp-client';
import { CameraSession } from '../core/camera-session.ts';
import { IngestMetrics } from '../core/ingest-metrics.ts';
import { IngestService } from '../core/ingest-service.ts';
import { automaticMaxCameras } from '../core/max-cameras.ts';
import { WatchedCameras } from '../core/watched-cameras.ts';

export interface IngestOptions {
  readonly config: OrielConfig;
  readonly instanceId: string;
  readonly version: string;
  readonly logger: Logger;
  readonly registry: Registry;
}

/** Builds the plain classes, starts them when the application stands, and stops them before it goes. */
@Module({})
export class IngestModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  static forRoot(options: IngestOptions): DynamicModule {
    const { config, instanceId, logger, registry } = options;
    const onError = (error: Error) => logger.debug({ err: error }, 'redis');
    const connection = new ControlConnection({ redis: config.redis.controlUrl, onError });
    const bus = new RedisMediaBus({
      redis: config.redis.mediaUrl,
      onError,
      onStateChange: (state) => logger.info({ state }, 'redis-media'),
    });
    const sharedClock = createSharedClock(connection, logger);
    const watchedCameras = new WatchedCameras({
      board: new RedisDemandBoard(connection),
      nowMs: () => performance.now(),
      onError: (error) => connection.report(error),
    });
    const readiness = redisChecks({ control: connection, media: bus });
    return {
      module: IngestModule,
      imports: [ObservabilityModule.forRoot({ service: 'ingest', instanceId, logger, registry, readiness })],
      providers: [
        { provide: ControlConnection, useValue: connection },
        { provide: RedisMediaBus, useValue: bus },
        { provide: RedisSharedClock, useValue: sharedClock },
        { provide: WatchedCameras, useValue: watchedCameras },
        { provide: BullMqLeaseOffers, useFactory: () => new BullMqLeaseOffers(connection) },
        {
          provide: IngestService,
          inject: [BullMqLeaseOffers],
          useFactory: (offers: BullMqLeaseOffers) =>
            createIngestService(options, { connection, bus, offers, sharedClock, watchedCameras }),
        },
        {
          provide: InstanceHeartbeat,
          inject: [IngestService],
          useFactory: (service: IngestService) =>
            new InstanceHeartbeat({
              board: new RedisInstanceBoard(connection),
              logger,
              identity: { id: instanceId, service: 'ingest', version: options.version },
              sharedClock,
              cameras: () => service.held,
              load: () => {
                const { loadCores, capacityCores } = service.load;
                return { loadCores, capacityCores };
              },
              maxCameras: maxCamerasOf(config),
              // The heartbeat itself shows whether Redis (control) is there.
              problem: () => problemOf({ 'redis-media': readiness['redis-media'] }),
            }),
        },
      ],
    };
  }

  #isEnding = false;

  constructor(
    @Inject(IngestService) private readonly service: IngestService,
    @Inject(InstanceHeartbeat) private readonly heartbeat: InstanceHeartbeat,
    @Inject(BullMqLeaseOffers) private readonly offers: BullMqLeaseOffers,
    @Inject(ControlConnection) private readonly connection: ControlConnection,
    @Inject(RedisMediaBus) private readonly bus: RedisMediaBus,
    @Inject(RedisSharedClock) private readonly sharedClock: RedisSharedClock,
    @Inject(WatchedCameras) private readonly watchedCameras: WatchedCameras,
  ) {}

  onApplicationBootstrap(): void {
    // Not awaited: health has to answer while Redis is away. A failure ends the process as an unhandled rejection.
    void this.#start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#isEnding = true;
    this.sharedClock.close();
    this.watchedCameras.close();
    await this.heartbeat.stop();
    await this.service.stop();
    await this.offers.close();
    await this.bus.close();
    await this.connection.close();
  }

  /** The time first: what a camera sends is stamped with it. */
  async #start(): Promise<void> {
    await this.sharedClock.start();
    // Not awaited: until it is known every camera counts as watched.
    void this.watchedCameras.start();
    if (!this.#isEnding) await this.service.start();
  }
}

function maxCamerasOf({ ingest }: OrielConfig): number {
  return ingest.maxCameras ?? automaticMaxCameras(cpuQuotaCores() ?? availableParallelism());
}

interface Connected {
  readonly connection: ControlConnection;
  readonly bus: RedisMediaBus;
  readonly offers: BullMqLeaseOffers;
  readonly sharedClock: RedisSharedClock;
  readonly watchedCameras: WatchedCameras;
}

function createIngestService(
  { config, instanceId, logger, registry }: IngestOptions,
  { connection, bus, offers, sharedClock, watchedCameras }: Connected,
): IngestService {
  const statusBoard = new RedisCameraStatusBoard(connection);
  const metrics = new IngestMetrics(registry);
  const onRunFailed = (cameraId: string, error: unknown) => logger.warn({ cameraId, err: error }, 'lease ended');
  const nowMs = () => performance.now();
  const deps = {
    openSession: openRtspSession,
    bus,
    statusBoard,
    metrics,
    logger,
    instanceId,
    sharedClock,
    watchedCameras,
    nowMs,
  };
  return new IngestService({
    cameras: { list: async () => config.cameras },
    offers,
    statusBoard,
    logger,
    createWorker: (run) =>
      new BullMqLeaseWorker(
        { connection, onRunFailed },
        {
          queue: 'ingest',
          instanceId,
          maxLeases: maxCamerasOf(config),
          quotaCores: cpuQuotaCores(),
          reaches: () => bus.ping(),
          run,
        },
      ),
    runCamera: (camera: CameraConfig, lease: Lease) => new CameraSession(deps, camera, lease).run(),
  });
}
