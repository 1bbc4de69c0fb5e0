import { type DynamicModule, Inject, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { ObservabilityModule } from '@oriel/observability/nest';
import { CameraDirectory } from '../core/camera-directory.ts';
import { DemandKeeper } from '../core/demand-keeper.ts';
import { FrameFanout } from '../core/frame-fanout.ts';
import { ViewerSessions } from '../core/viewer-sessions.ts';
import { AdmissionGuard } from './admission.guard.ts';
import { CamerasController } from './cameras.controller.ts';
import { DeliveryMetrics } from './delivery-metrics.ts';
import { StreamGateway } from './stream.gateway.ts';
import { SystemController } from './system.controller.ts';
import { GATEWAY_OPTIONS, type GatewayOptions } from './tokens.ts';

@Module({})
export class GatewayModule implements OnModuleInit, OnApplicationShutdown {
  static forRoot(options: GatewayOptions): DynamicModule {
    const { instanceId, logger, registry } = options;
    return {
      module: GatewayModule,
      imports: [
        ObservabilityModule.forRoot({
          service: 'gateway',
          instanceId,
          logger,
          registry,
          readiness: options.readiness,
        }),
      ],
      controllers: [CamerasController, SystemController],
      providers: [
        { provide: GATEWAY_OPTIONS, useValue: options },
        { provide: DeliveryMetrics, useFactory: () => new DeliveryMetrics(registry) },
        { provide: CameraDirectory, useFactory: () => createDirectory(options) },
        { provide: FrameFanout, inject: [DeliveryMetrics, CameraDirectory], useFactory: createFanout(options) },
        { provide: DemandKeeper, inject: [FrameFanout], useFactory: createDemandKeeper(options) },
        {
          provide: ViewerSessions,
          inject: [FrameFanout, CameraDirectory, DeliveryMetrics],
          useFactory: (fanout: FrameFanout, directory: CameraDirectory, meter: DeliveryMetrics) =>
            new ViewerSessions({ fanout, directory, meter, clock: Date }),
        },
        AdmissionGuard,
        StreamGateway,
      ],
    };
  }

  constructor(
    @Inject(CameraDirectory) private readonly directory: CameraDirectory,
    @Inject(DemandKeeper) private readonly demandKeeper: DemandKeeper,
    @Inject(FrameFanout) private readonly fanout: FrameFanout,
  ) {}

  async onModuleInit(): Promise<void> {
    this.fanout.onWantsChange(() => this.demandKeeper.changed());
    this.demandKeeper.start();
    await this.directory.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.demandKeeper.close(), this.directory.close()]);
  }
}

function createDirectory({ config, statusBoard, instanceBoard, logger }: GatewayOptions): CameraDirectory {
  return new CameraDirectory({ cameras: config.cameras, statusBoard, instanceBoard, logger, clock: Date });
}

function createFanout({ bus }: GatewayOptions) {
  return (meter: DeliveryMetrics, directory: CameraDirectory) =>
    new FrameFanout({ bus, clock: Date, meter, maxLatencyMs: (id) => directory.watched(id)?.maxLatencyMs ?? 0 });
}

function createDemandKeeper({ instanceId, demandBoard, leaseOffers, logger }: GatewayOptions) {
  return (fanout: FrameFanout) =>
    new DemandKeeper({
      gatewayId: instanceId,
      demandBoard,
      leaseOffers,
      logger,
      clock: Date,
      wants: () => fanout.wants(),
    });
}
