import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { loadConfig } from '@oriel/config';
import { ControlConnection, RedisDemandBoard, RedisInstanceBoard, RedisLeaseOffers } from '@oriel/control';
import { type JpegFrame, RedisMediaBus } from '@oriel/media-bus';
import type { Rendition } from '@oriel/model';
import { createLogger } from '@oriel/observability';
import { ServiceContext } from '@oriel/service';
import { waitFor } from '@oriel/testing';
import { makeVideo } from '../../test/test-video.ts';
import { openEngine } from '../core/engine/open-engine.ts';
import { TranscoderModule } from './transcoder.module.ts';

describe('TranscoderModule', () => {
  const redis = `redis://127.0.0.1:${process.env['REDIS_PORT']}`;
  const rendition: Rendition = { width: 160, quality: 75, framerate: 15 };
  const instanceId = `transcoder-${randomUUID()}`;
  const cameraId = `t-${randomUUID()}`;
  let app: NestExpressApplication;
  let url: string;
  let control: ControlConnection;
  let bus: RedisMediaBus;
  let offers: RedisLeaseOffers;

  beforeAll(async () => {
    control = new ControlConnection({ redis });
    bus = new RedisMediaBus({ redis });
    offers = new RedisLeaseOffers(control);
    const env = { ORIEL_REDIS_CONTROL_URL: redis, ORIEL_REDIS_MEDIA_URL: redis, ORIEL_RTSP_URL: 'rtsp://127.0.0.1/x' };
    const context = new ServiceContext({
      service: 'transcoder',
      config: loadConfig({ env, cwd: '/nonexistent' }),
      instanceId,
      version: '0.0.0',
      logger: createLogger({ service: 'transcoder', level: 'silent' }),
    });
    const module = TranscoderModule.forRoot(context, await openEngine('libav'));
    app = (await Test.createTestingModule({ imports: [module] }).compile()).createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
    context.heartbeat.start(url);
  });
  afterAll(async () => {
    await offers.withdraw('transcode', cameraId);
    await bus.close();
    await control.close();
  });

  it('is ready when both Redis servers and the engine are there', async () => {
    const ready = await waitFor(async () => {
      const response = await fetch(`${url}/health/ready`);
      return response.ok && ((await response.json()) as { details: Record<string, { status: string }> });
    });
    expect(Object.keys(ready.details).sort()).toEqual(['engine', 'redis-control', 'redis-media']);
  });

  it('shows a camera that is wanted, counts what it does, and says that it holds it', async () => {
    const publisher = bus.accessUnitPublisher(cameraId, { bufferSizeBytes: 1_000_000 });
    // A minute ahead, so that no picture is too old by the time the camera is taken.
    const aheadUs = Math.round((performance.timeOrigin + performance.now() + 60_000) * 1000);
    for (const unit of await makeVideo({ source: 'testsrc2=size=320x180:rate=30', frames: 10 }))
      await publisher.publish({ ...unit, arrivalTimeUs: aheadUs + unit.arrivalTimeUs });
    const frames: JpegFrame[] = [];
    bus.subscribeJpegs(cameraId, rendition, (frame) => frames.push(frame));
    const demand = new RedisDemandBoard(control);
    const instances = new RedisInstanceBoard(control);
    await waitFor(async () => {
      await demand.renew('gateway-1', [{ cameraId, rendition }]);
      const own = (await instances.all()).find(({ id }) => id === instanceId);
      return frames.length > 0 && own?.cameras.includes(cameraId) && own.healthy;
    });
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(new RegExp(`oriel_transcoder_decoded_frames_total\\{camera="${cameraId}".*\\} 10`));
    expect(metrics).toMatch(new RegExp(`oriel_transcoder_encoded_frames_total\\{camera="${cameraId}".*\\} 1`));
    expect(metrics).toContain('oriel_transcoder_decode_seconds_bucket');
  });

  it('gives its cameras back when it is told to end', async () => {
    await app.close();
    expect(await offers.offered('transcode')).toContain(cameraId);
    expect((await new RedisInstanceBoard(control).all()).map(({ id }) => id)).not.toContain(instanceId);
  });
});
