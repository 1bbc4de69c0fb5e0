import { availableParallelism } from 'node:os';
import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { OrielConfig } from '@oriel/config';
import {
  BullMqLeaseOffers,
  BullMqLeaseWorker,
  ControlConnection,
  createSharedClock,
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
import type { Engine } from '../core/engine/engine.ts';
import { EngineHealth } from '../core/engine/engine-health.ts';
import { automaticMaxCameras } from '../core/max-cameras.ts';
import { TranscodeService } from '../core/transcode-service.ts';
import { TranscoderMetrics } from '../core/transcoder-metrics.ts';

export interface TranscoderOptions {
  readonly config: OrielConfig;
  readonly instanceId: string;
  readonly version: string;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly engine: Engine;
}

/** Builds the plain classes, starts them when the application stands, and stops them before it goes. */
@Module({})
export class TranscoderModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  static forRoot(options: TranscoderOptions): DynamicModule {
    const { config, instanceId, version, logger, registry, engine } = options;
    const onError = (error: Error) => logger.debug({ err: error }, 'redis');
    const connection = new ControlConnection({ redis: config.redis.controlUrl, onError });
    const bus = new RedisMediaBus({
      redis: config.redis.mediaUrl,
      onError,
      onStateChange: (state) => logger.info({ state }, 'redis-media'),
    });
    const sharedClock = createSharedClock(connection, logger);
    const engineHealth = new EngineHealth(engine, () => performance.now());
    const readiness = { ...redisChecks({ control: connection, media: bus }), engine: () => engineHealth.problem() };
    return {
      module: TranscoderModule,
      imports: [ObservabilityModule.forRoot({ service: 'transcoder', instanceId, logger, registry, readiness })],
      providers: [
        { provide: ControlConnection, useValue: connection },
        { provide: RedisMediaBus, useValue: bus },
        { provide: RedisSharedClock, useValue: sharedClock },
        { provide: BullMqLeaseOffers, useFactory: () => new BullMqLeaseOffers(connection) },
        {
          provide: TranscodeService,
          inject: [BullMqLeaseOffers],
          useFactory: (offers: BullMqLeaseOffers) =>
            createTranscodeService(options, { connection, bus, offers, sharedClock }),
        },
        {
          provide: BullMqLeaseWorker,
          inject: [TranscodeService],
          useFactory: (service: TranscodeService) => createWorker(options, connection, bus, service),
        },
        {
          provide: InstanceHeartbeat,
          inject: [BullMqLeaseWorker, TranscodeService],
          useFactory: (worker: BullMqLeaseWorker, service: TranscodeService) =>
            new InstanceHeartbeat({
              board: new RedisInstanceBoard(connection),
              logger,
              identity: { id: instanceId, service: 'transcoder', version },
              sharedClock,
              cameras: () => worker.held,
              load: () => {
                const { loadCores, capacityCores } = worker.load;
                return { loadCores, capacityCores };
              },
              shortage: () => service.shortage,
              maxCameras: maxCamerasOf(config),
              pictures: () => service.pictures,
              // The heartbeat itself shows whether Redis (control) is there.
              problem: () => problemOf({ 'redis-media': readiness['redis-media'], engine: readiness.engine }),
            }),
        },
      ],
    };
  }

  #isEnding = false;

  constructor(
    @Inject(TranscodeService) private readonly service: TranscodeService,
    @Inject(BullMqLeaseWorker) private readonly worker: BullMqLeaseWorker,
    @Inject(InstanceHeartbeat) private readonly heartbeat: InstanceHeartbeat,
    @Inject(BullMqLeaseOffers) private readonly offers: BullMqLeaseOffers,
    @Inject(ControlConnection) private readonly connection: ControlConnection,
    @Inject(RedisMediaBus) private readonly bus: RedisMediaBus,
    @Inject(RedisSharedClock) private readonly sharedClock: RedisSharedClock,
  ) {}

  onApplicationBootstrap(): void {
    // Not awaited: health has to answer while Redis is away. A failure ends the process as an unhandled rejection.
    void this.#start();
    void this.sharedClock.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#isEnding = true;
    this.sharedClock.close();
    await this.heartbeat.stop();
    await this.worker.close();
    await this.service.close();
    await this.offers.close();
    await this.bus.close();
    await this.connection.close();
  }

  /** Demand first, so that a camera that is taken at once knows its renditions. */
  async #start(): Promise<void> {
    try {
      await this.service.start();
      if (!this.#isEnding) await this.worker.start();
    } catch (error) {
      // What was still waiting for Redis ends with the connection.
      if (!this.#isEnding) throw error;
    }
  }
}

function maxCamerasOf({ transcoder }: OrielConfig): number {
  return transcoder.maxCameras ?? automaticMaxCameras(cpuQuotaCores() ?? availableParallelism());
}

interface Connections {
  readonly connection: ControlConnection;
  readonly bus: RedisMediaBus;
  readonly offers: BullMqLeaseOffers;
  readonly sharedClock: RedisSharedClock;
}

function createTranscodeService(
  { config, logger, registry, engine }: TranscoderOptions,
  { connection, bus, offers, sharedClock }: Connections,
): TranscodeService {
  const events = new TranscoderMetrics(registry);
  const demand = new RedisDemandBoard(connection);
  const clocks = { nowMs: () => performance.now(), sharedNowMs: () => sharedClock.nowMs() };
  const maxLatencyMs = new Map(config.cameras.map(({ id, transcoding }) => [id, transcoding.maxLatencyMs]));
  return new TranscodeService(
    { bus, engine, events, logger, ...clocks, demand, offers },
    { maxLatencyMs: (cameraId) => maxLatencyMs.get(cameraId) ?? DEFAULT_MAX_LATENCY_MS },
  );
}

function createWorker(
  { config, instanceId, logger }: TranscoderOptions,
  connection: ControlConnection,
  bus: RedisMediaBus,
  service: TranscodeService,
): BullMqLeaseWorker {
  const onRunFailed = (cameraId: string, error: unknown) => logger.warn({ cameraId, err: error }, 'lease ended');
  const worker = new BullMqLeaseWorker(
    { connection, onRunFailed },
    {
      queue: 'transcode',
      instanceId,
      maxLeases: maxCamerasOf(config),
      quotaCores: cpuQuotaCores(),
      reaches: () => bus.ping(),
      run: (lease) => service.run(lease),
    },
  );
  service.followLoad(() => worker.load);
  return worker;
}

/** Of `max_latency_ms`, for cameras that the file does not name. */
const DEFAULT_MAX_LATENCY_MS = 200;
