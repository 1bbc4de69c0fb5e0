import { setTimeout as delay } from 'node:timers/promises';
import { type DynamicModule, Inject, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import {
  BullMqLeaseOffers,
  ControlConnection,
  createSharedClock,
  RedisCameraStatusBoard,
  RedisDemandBoard,
  RedisInstanceBoard,
  RedisSharedClock,
} from '@oriel/control';
import { RedisMediaBus } from '@oriel/media-bus';
import { InstanceHeartbeat, problemOf, redisChecks } from '@oriel/observability';
import { ObservabilityModule } from '@oriel/observability/nest';
import { CameraDirectory } from '../core/camera-directory.ts';
import { CameraPictures } from '../core/camera-pictures.ts';
import { DemandKeeper } from '../core/demand-keeper.ts';
import { FrameFanout } from '../core/frame-fanout.ts';
import { ViewerSessions } from '../core/viewer-sessions.ts';
import { AdmissionGuard } from './admission.guard.ts';
import { CamerasController } from './cameras.controller.ts';
import { DeliveryMetrics } from './delivery-metrics.ts';
import { StreamGateway } from './stream.gateway.ts';
import { SystemController } from './system.controller.ts';
import { GATEWAY_OPTIONS, type GatewayOptions } from './tokens.ts';

/** Builds the plain classes, starts them before the port opens, and stops them after it has closed. */
@Module({})
export class GatewayModule implements OnModuleInit, OnApplicationShutdown {
  static forRoot(options: GatewayOptions): DynamicModule {
    const { config, instanceId, version, logger, registry } = options;
    const onError = (error: Error) => logger.debug({ err: error }, 'redis');
    const onStateChange = (state: string) => logger.info({ state }, 'redis-media');
    const connection = new ControlConnection({ redis: config.redis.controlUrl, onError });
    const bus = new RedisMediaBus({ redis: config.redis.mediaUrl, onError, onStateChange });
    const readiness = redisChecks({ control: connection, media: bus });
    const meter = new DeliveryMetrics(registry);
    const nowMs = () => performance.now();
    const sharedClock = createSharedClock(connection, logger);
    const instanceBoard = new RedisInstanceBoard(connection);
    const leaseOffers = new BullMqLeaseOffers(connection);
    const pictures = new CameraPictures(instanceId, nowMs);
    const directory = new CameraDirectory({
      cameras: config.cameras,
      statusBoard: new RedisCameraStatusBoard(connection),
      instanceBoard,
      pictures,
      logger,
      nowMs,
    });
    const maxLatencyMs = (cameraId: string) => directory.watched(cameraId)?.maxLatencyMs ?? 0;
    const onPicture = (cameraId: string) => {
      if (pictures.came(cameraId)) directory.picturesCame(cameraId);
    };
    const fanout = new FrameFanout({ bus, sharedClock, nowMs, meter, maxLatencyMs, onPicture });
    const demandKeeper = new DemandKeeper({
      gatewayId: instanceId,
      demandBoard: new RedisDemandBoard(connection),
      leaseOffers,
      logger,
      nowMs,
      wants: () => fanout.wants(),
    });
    fanout.onWantsChange(() => {
      pictures.setWatched(new Set(fanout.wants().map(({ cameraId }) => cameraId)));
      demandKeeper.changed();
    });
    const sessions = new ViewerSessions({ fanout, directory, meter, sharedClock, nowMs });
    const heartbeat = new InstanceHeartbeat({
      board: instanceBoard,
      logger,
      identity: { id: instanceId, service: 'gateway', version },
      sharedClock,
      viewers: () => sessions.count,
      pictures: () => pictures.own,
      // The heartbeat itself shows whether Redis (control) is there.
      problem: () => problemOf({ 'redis-media': readiness['redis-media'] }),
    });
    return {
      module: GatewayModule,
      imports: [ObservabilityModule.forRoot({ service: 'gateway', instanceId, logger, registry, readiness })],
      controllers: [CamerasController, SystemController],
      providers: [
        { provide: GATEWAY_OPTIONS, useValue: options },
        { provide: ControlConnection, useValue: connection },
        { provide: RedisMediaBus, useValue: bus },
        { provide: RedisSharedClock, useValue: sharedClock },
        { provide: DeliveryMetrics, useValue: meter },
        { provide: RedisInstanceBoard, useValue: instanceBoard },
        { provide: BullMqLeaseOffers, useValue: leaseOffers },
        { provide: CameraDirectory, useValue: directory },
        { provide: FrameFanout, useValue: fanout },
        { provide: DemandKeeper, useValue: demandKeeper },
        { provide: ViewerSessions, useValue: sessions },
        { provide: InstanceHeartbeat, useValue: heartbeat },
        AdmissionGuard,
        StreamGateway,
      ],
    };
  }

  constructor(
    @Inject(CameraDirectory) private readonly directory: CameraDirectory,
    @Inject(DemandKeeper) private readonly demandKeeper: DemandKeeper,
    @Inject(InstanceHeartbeat) private readonly heartbeat: InstanceHeartbeat,
    @Inject(BullMqLeaseOffers) private readonly leaseOffers: BullMqLeaseOffers,
    @Inject(RedisMediaBus) private readonly bus: RedisMediaBus,
    @Inject(ControlConnection) private readonly connection: ControlConnection,
    @Inject(RedisSharedClock) private readonly sharedClock: RedisSharedClock,
  ) {}

  onModuleInit(): void {
    // Not awaited: the page has to answer while Redis is away.
    void this.sharedClock.start();
    this.directory.start();
    this.demandKeeper.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.directory.close();
    this.sharedClock.close();
    await Promise.all([this.demandKeeper.close(), this.heartbeat.stop(), this.bus.close()]);
    await atMost(CONTROL_CLOSE_DEADLINE_MS, this.leaseOffers.close());
    await atMost(CONTROL_CLOSE_DEADLINE_MS, this.connection.close());
  }
}

/** BullMQ, and a connection between two attempts, would wait until a Redis that is away comes back. */
const CONTROL_CLOSE_DEADLINE_MS = 1_000;

async function atMost(deadlineMs: number, promise: Promise<void>): Promise<void> {
  const deadline = new AbortController();
  const passed = delay(deadlineMs, undefined, { signal: deadline.signal }).catch(() => undefined);
  await Promise.race([promise, passed]);
  deadline.abort();
}
