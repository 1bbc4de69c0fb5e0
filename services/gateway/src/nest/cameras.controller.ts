import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  Controller,
  Get,
  Inject,
  NotFoundException,
  Param,
  Query,
  Req,
  Res,
  ServiceUnavailableException,
  UseGuards,
  UsePipes,
} from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import { RedisSharedClock } from '@oriel/control';
import type { CameraView } from '@oriel/stream-protocol';
import { CameraDirectory } from '../core/cameras/camera-directory.ts';
import type { WatchedCamera } from '../core/cameras/watched-camera.ts';
import { ageMs } from '../core/delivery/live-frame.ts';
import { PictureFanout } from '../core/delivery/picture-fanout.ts';
import { SNAPSHOT_TIMEOUT_MS, takeSnapshot } from '../core/delivery/snapshot.ts';
import { ClientAddresses } from '../core/requests/client-address.ts';
import { MjpegViewers } from '../core/requests/mjpeg-viewers.ts';
import { MAX_VIEWERS } from '../core/requests/open-viewers.ts';
import { noSuchCamera, refusal } from '../core/requests/refusal.ts';
import { CameraBody, CameraParams, ErrorBody, MjpegQuery, SnapshotQuery } from './camera.dto.ts';
import { DeliveryMetrics } from './delivery-metrics.ts';
import { PrincipalGuard, type WithPrincipal } from './principal.guard.ts';
import { httpValidation } from './validation.ts';

const BINARY = { schema: { type: 'string', format: 'binary' } } as const;

@ApiTags('cameras')
@UseGuards(PrincipalGuard)
// Not global: Nest would also run a global pipe before the socket handlers' own.
@UsePipes(httpValidation)
@Controller('api/cameras')
export class CamerasController {
  constructor(
    @Inject(CameraDirectory) private readonly directory: CameraDirectory,
    @Inject(PictureFanout) private readonly fanout: PictureFanout,
    @Inject(MjpegViewers) private readonly mjpegViewers: MjpegViewers,
    @Inject(ClientAddresses) private readonly addresses: ClientAddresses,
    @Inject(DeliveryMetrics) private readonly metrics: DeliveryMetrics,
    @Inject(RedisSharedClock) private readonly sharedClock: RedisSharedClock,
  ) {}

  @Get()
  @ApiOkResponse({ type: [CameraBody] })
  list(@Req() request: WithPrincipal): readonly CameraView[] {
    return this.directory.views().filter(({ id }) => request.principal.maySee(id));
  }

  @Get(':id')
  @ApiOkResponse({ type: CameraBody })
  @ApiBadRequestResponse({ type: ErrorBody })
  @ApiNotFoundResponse({ type: ErrorBody })
  one(@Req() request: WithPrincipal, @Param() { id }: CameraParams): CameraView {
    return this.#find(request, id).view;
  }

  @Get(':id/snapshot.jpg')
  @ApiOkResponse({ description: 'A picture taken now', content: { 'image/jpeg': BINARY } })
  @ApiBadRequestResponse({ type: ErrorBody })
  @ApiNotFoundResponse({ type: ErrorBody })
  @ApiServiceUnavailableResponse({ type: ErrorBody, description: 'No picture, and why' })
  async snapshot(
    @Req() request: WithPrincipal,
    @Res() response: ServerResponse,
    @Param() { id }: CameraParams,
    @Query() { width, quality }: SnapshotQuery,
  ): Promise<void> {
    const { camera } = this.#find(request, id);
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const rendition = this.fanout.renditionFor(camera, { maxWidth: width, quality });
    const frame = await takeSnapshot(this.fanout, id, rendition, gone.signal);
    if (frame === undefined) throw new ServiceUnavailableException(await this.#whyNoPicture(id));
    response.writeHead(200, {
      'Content-Type': 'image/jpeg',
      'Content-Length': frame.data.byteLength,
      'Cache-Control': 'no-store',
      'X-Received-At-Ms': frame.receivedAtMs,
    });
    response.end(frame.data);
    this.metrics.frameSent('snapshot', frame.data.byteLength, ageMs(frame, this.sharedClock.nowMs()));
  }

  @Get(':id/stream.mjpeg')
  @ApiOkResponse({
    description: 'Pictures without end; a slow reader gets fewer, each the newest',
    content: { 'multipart/x-mixed-replace': BINARY },
  })
  @ApiServiceUnavailableResponse({ type: ErrorBody, description: 'Too many streams' })
  @ApiBadRequestResponse({ type: ErrorBody })
  @ApiNotFoundResponse({ type: ErrorBody })
  mjpeg(
    @Req() request: WithPrincipal & IncomingMessage,
    @Res() response: ServerResponse,
    @Param() { id }: CameraParams,
    @Query() { width, quality, framerate }: MjpegQuery,
  ): void {
    const { camera } = this.#find(request, id);
    if (!this.mjpegViewers.hasRoom) {
      throw new ServiceUnavailableException(
        refusal('too-many', `This gateway serves at most ${MAX_VIEWERS.mjpeg} MJPEG streams.`),
      );
    }
    if (request.method === 'HEAD') {
      this.mjpegViewers.describe(response);
      return;
    }
    const { principal } = request;
    const wanted = { maxWidth: width, maxFramerate: framerate, quality };
    this.mjpegViewers.open({ principal, address: this.addresses.of(request), camera, wanted, response });
  }

  #find(request: WithPrincipal, id: string): { camera: WatchedCamera; view: CameraView } {
    const camera = request.principal.maySee(id) ? this.directory.watched(id) : undefined;
    const view = this.directory.view(id);
    if (camera === undefined || view === undefined) {
      throw new NotFoundException(noSuchCamera(id));
    }
    return { camera, view };
  }

  async #whyNoPicture(id: string) {
    const reason = await this.directory.whyNoPicture(id);
    const seconds = SNAPSHOT_TIMEOUT_MS / 1000;
    return refusal('no-picture', reason ?? `The camera gave no picture within ${seconds} seconds.`);
  }
}
