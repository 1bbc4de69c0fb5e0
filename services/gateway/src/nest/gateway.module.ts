import { type DynamicModule, Module } from '@nestjs/common';
import { RedisCameraStatusBoard, RedisDemandBoard, RedisInstanceBoard, RedisSharedClock } from '@oriel/control';
import { type ServiceContext, ServiceModule } from '@oriel/service';
import { CameraDirectory } from '../core/cameras/camera-directory.ts';
import { CameraPictures } from '../core/cameras/camera-pictures.ts';
import { Deliveries } from '../core/delivery/deliveries.ts';
import { DemandKeeper } from '../core/delivery/demand-keeper.ts';
import { PictureFanout } from '../core/delivery/picture-fanout.ts';
import type { Authenticator } from '../core/requests/access.ts';
import { ClientAddresses } from '../core/requests/client-address.ts';
import { MjpegViewers } from '../core/requests/mjpeg-viewers.ts';
import { OpenViewers } from '../core/requests/open-viewers.ts';
import { SocketViewers } from '../core/requests/socket-viewers.ts';
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
    const demandBoard = new RedisDemandBoard(control);
    const demand = new DemandKeeper({ gatewayId: instanceId, demandBoard, logger });
    const fanout = new PictureFanout({ bus: media, sharedClock, nowMs, meter, demand, cameras: directory });
    const deliveries = new Deliveries({ fanout, sharedClock, nowMs, meter });
    const viewers = new OpenViewers({ directory, meter, logger });
    const socketViewers = new SocketViewers({ viewers, directory, deliveries, sharedClock, nowMs });
    const mjpegViewers = new MjpegViewers({ viewers, deliveries, sharedClock });
    context.reports(() => ({ viewers: viewers.count(), pictures: pictures.own }));
    life.add(
      { name: 'demand', start: () => demand.start(), stop: () => demand.close() },
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
        { provide: ClientAddresses, useValue: new ClientAddresses(config.server.trustedProxies) },
        { provide: PictureFanout, useValue: fanout },
        { provide: OpenViewers, useValue: viewers },
        { provide: SocketViewers, useValue: socketViewers },
        { provide: MjpegViewers, useValue: mjpegViewers },
        AdmissionGuard,
        StreamGateway,
      ],
    };
  }
}
