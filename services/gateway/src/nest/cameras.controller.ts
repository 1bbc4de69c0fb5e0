import type { ServerResponse } from 'node:http';
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
import { FrameFanout } from '../core/delivery/frame-fanout.ts';
import { ageMs } from '../core/delivery/live-frame.ts';
import { MJPEG_CONTENT_TYPE, MjpegStream } from '../core/delivery/mjpeg-stream.ts';
import { chooseRendition } from '../core/delivery/rendition-ladder.ts';
import { SNAPSHOT_TIMEOUT_MS, takeSnapshot } from '../core/delivery/snapshot.ts';
import type { WatchedCamera } from '../core/delivery/viewer.ts';
import { refusal } from '../core/requests/viewer-session.ts';
import { CameraBody, CameraParams, ErrorBody, MjpegQuery, SnapshotQuery } from './camera.dto.ts';
import { DeliveryMetrics } from './delivery-metrics.ts';
import { PrincipalGuard, type WithPrincipal } from './principal.guard.ts';
import { httpValidation } from './validation.ts';

/** Most MJPEG streams one gateway serves. */
const MAX_MJPEG_STREAMS = 500;
/** A client that takes nothing of what waits for it for so long is gone; a camera without pictures may be silent for longer. */
const MJPEG_STALL_MS = 20_000;

const BINARY = { schema: { type: 'string', format: 'binary' } } as const;

@ApiTags('cameras')
@UseGuards(PrincipalGuard)
// Not global: Nest would put a global pipe in front of the socket handlers' own too.
@UsePipes(httpValidation)
@Controller('api/cameras')
export class CamerasController {
  #mjpegStreams = 0;

  constructor(
    @Inject(CameraDirectory) private readonly directory: CameraDirectory,
    @Inject(FrameFanout) private readonly fanout: FrameFanout,
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
    const rendition = chooseRendition({ maxWidth: width, quality }, camera, this.fanout.renditionsOf(id));
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
    @Req() request: WithPrincipal & { readonly method: string },
    @Res() response: ServerResponse,
    @Param() { id }: CameraParams,
    @Query() { width, quality, framerate }: MjpegQuery,
  ): void {
    const { camera } = this.#find(request, id);
    if (this.#mjpegStreams >= MAX_MJPEG_STREAMS) {
      throw new ServiceUnavailableException(
        refusal('too-many', `This gateway serves at most ${MAX_MJPEG_STREAMS} MJPEG streams.`),
      );
    }
    const wanted = { maxWidth: width, maxFramerate: framerate, quality };
    const rendition = chooseRendition(wanted, camera, this.fanout.renditionsOf(id));
    response.writeHead(200, {
      'Content-Type': MJPEG_CONTENT_TYPE,
      'Cache-Control': 'no-store',
      // Proxies that buffer would hold the pictures back.
      'X-Accel-Buffering': 'no',
    });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    response.flushHeaders();
    response.socket?.setNoDelay(true);
    response.setTimeout(MJPEG_STALL_MS, () => {
      if (response.writableNeedDrain) response.destroy();
    });

    const { sharedClock, metrics: meter } = this;
    const stream = new MjpegStream({ output: response, sharedClock, meter, maxLatencyMs: camera.maxLatencyMs });
    const stop = this.fanout.subscribe(id, rendition, (frame) => stream.onFrame(frame));
    this.metrics.viewersChanged('mjpeg', ++this.#mjpegStreams);
    response.once('close', () => {
      stop();
      this.metrics.viewersChanged('mjpeg', --this.#mjpegStreams);
    });
  }

  #find(request: WithPrincipal, id: string): { camera: WatchedCamera; view: CameraView } {
    const camera = request.principal.maySee(id) ? this.directory.watched(id) : undefined;
    const view = this.directory.view(id);
    if (camera === undefined || view === undefined) {
      throw new NotFoundException(refusal('unknown-camera', `There is no camera "${id}".`));
    }
    return { camera, view };
  }

  async #whyNoPicture(id: string) {
    const reason = await this.directory.whyNoPicture(id);
    const seconds = SNAPSHOT_TIMEOUT_MS / 1000;
    return refusal('no-picture', reason ?? `The camera gave no picture within ${seconds} seconds.`);
  }
}
