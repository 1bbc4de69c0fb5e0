import { type DynamicModule, Module } from '@nestjs/common';
import { RedisCameraStatusBoard, RedisDemandBoard, RedisInstanceBoard, RedisSharedClock } from '@oriel/control';
import { type ServiceContext, ServiceModule } from '@oriel/service';
import { CameraDirectory } from '../core/cameras/camera-directory.ts';
import { CameraPictures } from '../core/cameras/camera-pictures.ts';
import { DemandKeeper } from '../core/delivery/demand-keeper.ts';
import { FrameFanout } from '../core/delivery/frame-fanout.ts';
import type { Authenticator } from '../core/requests/access.ts';
import { ViewerSessions } from '../core/requests/viewer-sessions.ts';
import { AdmissionGuard } from './admission.guard.ts';
import { CamerasController } from './cameras.controller.ts';
import { DeliveryMetrics } from './delivery-metrics.ts';
import { StreamGateway } from './stream.gateway.ts';
import { SystemController } from './system.controller.ts';
import { GATEWAY_OPTIONS } from './tokens.ts';

@Module({})
export class GatewayModule {
  static forRoot(context: ServiceContext, authenticator: Authenticator): DynamicModule {
    const { config, control, instanceId, logger, media, life, sharedClock, instanceBoard } = context;
    const nowMs = () => performance.now();
    const meter = new DeliveryMetrics(context.registry);
    const pictures = new CameraPictures(instanceId, nowMs);
    const directory = new CameraDirectory({
      catalog: context.cameras,
      statusBoard: new RedisCameraStatusBoard(control),
      instanceBoard,
      pictures,
      logger,
      nowMs,
    });
    const maxLatencyMs = (cameraId: string) => directory.watched(cameraId)?.maxLatencyMs ?? 0;
    const onPicture = (cameraId: string) => {
      if (pictures.came(cameraId)) directory.picturesCame(cameraId);
    };
    const fanout = new FrameFanout({ bus: media, sharedClock, nowMs, meter, maxLatencyMs, onPicture });
    const demandKeeper = new DemandKeeper({
      gatewayId: instanceId,
      demandBoard: new RedisDemandBoard(control),
      leaseOffers: context.leaseOffers(),
      logger,
      nowMs,
      wants: () => fanout.wants(),
    });
    fanout.onWantsChange(() => {
      pictures.setWatched(new Set(fanout.wants().map(({ cameraId }) => cameraId)));
      demandKeeper.changed();
    });
    const sessions = new ViewerSessions({ fanout, directory, meter, sharedClock, nowMs });
    context.reports(() => ({ viewers: sessions.count, pictures: pictures.own }));
    life.add(
      { name: 'demand', start: () => demandKeeper.start(), stop: () => demandKeeper.close() },
      { name: 'camera directory', start: () => directory.start(), stop: () => directory.close() },
    );
    return {
      module: GatewayModule,
      imports: [ServiceModule.forRoot(context)],
      controllers: [CamerasController, SystemController],
      providers: [
        { provide: GATEWAY_OPTIONS, useValue: { config, logger, version: context.version, authenticator } },
        { provide: RedisSharedClock, useValue: sharedClock },
        { provide: RedisInstanceBoard, useValue: instanceBoard },
        { provide: DeliveryMetrics, useValue: meter },
        { provide: CameraDirectory, useValue: directory },
        { provide: FrameFanout, useValue: fanout },
        { provide: ViewerSessions, useValue: sessions },
        AdmissionGuard,
        StreamGateway,
      ],
    };
  }
}
