import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { type AccessUnit, type JpegFrame, mediaKeys, RedisMediaBus } from '@oriel/media-bus';
import type { Rendition } from '@oriel/model';
import { waitFor } from '@oriel/testing';
import { Redis } from 'ioredis';
import sharp from 'sharp';
import { required } from '../../test/engine-conformance.ts';
import { killFfmpegChildren } from '../../test/ffmpeg-children.ts';
import { RecordedEvents, silentLogger } from '../../test/recorded-events.ts';
import { makeVideo, pseudoRandomBytes } from '../../test/test-video.ts';
import { CameraTranscoder } from './camera-transcoder.ts';
import type { Engine } from './engine/engine.ts';
import { FfmpegEngine } from './engine/ffmpeg/ffmpeg-engine.ts';
import { LibavEngine } from './engine/libav/libav-engine.ts';
import { EncodeSemaphore } from './load/encode-semaphore.ts';

const own: Rendition = { width: 0, quality: 80, framerate: 60 };
const small: Rendition = { width: 160, quality: 60, framerate: 60 };

/** Arrival times of test videos start at 0. */
const clocks = { nowMs: () => performance.now(), sharedNowMs: () => 0 };
const encodeSemaphore = new EncodeSemaphore(() => 2);

const markerFrame: JpegFrame = {
  epoch: 99,
  sourceEpoch: 1,
  sequence: 0,
  rtpTimeTicks: 0,
  arrivalTimeUs: 0,
  captureTimeUs: undefined,
  width: 2,
  height: 2,
  decodeUs: 0,
  encodeUs: 0,
  reorderUs: 0,
  data: Buffer.from('ffd8ffd9', 'hex'),
};

describe('CameraTranscoder', () => {
  let bus: RedisMediaBus;
  let viewer: RedisMediaBus;
  let cameraId: string;
  let events: RecordedEvents;
  let frames: JpegFrame[];
  let abort: AbortController;
  let running: Promise<void>;
  let hasHighestEpoch: boolean;
  let transcoder: CameraTranscoder;
  let publish: (units: readonly AccessUnit[]) => Promise<void>;

  beforeEach(() => {
    const redis = `redis://127.0.0.1:${process.env['REDIS_PORT']}`;
    bus = new RedisMediaBus({ redis });
    viewer = new RedisMediaBus({ redis });
    cameraId = `t-${randomUUID()}`;
    events = new RecordedEvents();
    frames = [];
    abort = new AbortController();
    running = Promise.resolve();
    hasHighestEpoch = true;
    const publisher = bus.accessUnitPublisher(cameraId, {
      bufferSizeBytes: 50_000_000,
      right: { lease: { hasHighestEpoch: async () => true }, onForeign: () => undefined },
    });
    publish = async (units) => {
      for (const unit of units) await publisher.publish(unit);
    };
    const deps = { bus, engine: new LibavEngine(), events, logger: silentLogger, ...clocks, encodeSemaphore };
    transcoder = new CameraTranscoder(deps, { cameraId, epoch: 7, maxLatencyMs: 200 });
  });
  afterEach(async () => {
    abort.abort();
    await running;
    await Promise.all([bus.close(), viewer.close()]);
  });

  const start = (...renditions: Rendition[]) => {
    transcoder.setRenditions(renditions);
    running = transcoder.run({
      signal: abort.signal,
      assertCurrent: () => abort.signal.throwIfAborted(),
      hasHighestEpoch: async () => hasHighestEpoch,
      markReady: () => undefined,
    });
  };
  const collect = (rendition: Rendition) => viewer.subscribeJpegs(cameraId, rendition, (frame) => frames.push(frame));

  /** Feeds like a live camera: the next access unit once the previous picture has been shown. */
  const publishOneByOne = async (units: readonly AccessUnit[]) => {
    for (const unit of units) {
      const before = frames.length;
      await publish([unit]);
      await waitFor(() => frames.length > before);
    }
  };

  it('publishes every picture with the times of its access unit and the epoch of its lease', async () => {
    const video = await makeVideo({ source: 'testsrc2=size=320x180:rate=30', frames: 5 });
    collect(own);
    start(own);
    await publishOneByOne(video.map((unit) => ({ ...unit, captureTimeUs: unit.arrivalTimeUs + 5 })));
    expect(frames.map(({ data: _, decodeUs, encodeUs, ...rest }) => [rest, decodeUs > 0, encodeUs > 0])).toEqual(
      video.map(({ sequence, rtpTimeTicks, arrivalTimeUs }) => [
        {
          epoch: 7,
          sourceEpoch: 1,
          sequence,
          rtpTimeTicks,
          arrivalTimeUs,
          captureTimeUs: arrivalTimeUs + 5,
          reorderUs: 0,
          width: 320,
          height: 180,
        },
        true,
        true,
      ]),
    );
    expect(await sharp(required(frames[0]).data).metadata()).toMatchObject({ format: 'jpeg', width: 320, height: 180 });
  });

  it('goes on within 5 s after a stranger has written into what it reads and what it makes', async () => {
    const video = await makeVideo({ source: 'testsrc2=size=320x180:rate=30', frames: 200 });
    const redis = new Redis(Number(process.env['REDIS_PORT']), '127.0.0.1');
    const jpegKey = mediaKeys.jpegs(cameraId, own);
    try {
      collect(own);
      start(own);
      await publishOneByOne(video.slice(0, 3));
      await redis.xadd(jpegKey, '*', 'x', 'y');
      await redis.xadd(mediaKeys.accessUnits(cameraId), '1-999999999', 'x', 'y');
      const before = frames.length;
      let next = 3;
      const live = setInterval(() => void publish([required(video[next++])]), 33);
      await waitFor(() => frames.length > before + 5, { deadlineMs: 5_000 }).finally(() => clearInterval(live));
    } finally {
      redis.disconnect();
    }
  });

  it('shows only the newest picture of a GOP of 10 s that was there before it came', async () => {
    const video = await makeVideo({ source: 'testsrc2=size=320x180:rate=30', frames: 300 });
    await publish(video);
    collect(own);
    start(own);
    await waitFor(() => frames.length > 0);
    expect(frames.map((frame) => frame.sequence)).toEqual([299]);
    expect(events.counts()).toMatchObject({ decoded: 300, encoded: 1 });
  });

  it('decodes once for several renditions, and follows a change of them', async () => {
    const video = await makeVideo({ source: 'testsrc2=size=320x180:rate=30', frames: 6 });
    collect(own);
    const smallFrames: JpegFrame[] = [];
    viewer.subscribeJpegs(cameraId, small, (frame) => smallFrames.push(frame));
    start(own, small);
    await publishOneByOne(video.slice(0, 3));
    await waitFor(() => smallFrames.length === 3);
    transcoder.setRenditions([own]);
    await publishOneByOne(video.slice(3));
    expect(smallFrames.map(({ sequence, width }) => [sequence, width])).toEqual([0, 1, 2].map((n) => [n, 160]));
    expect(events.counts()).toMatchObject({ decoded: 6, encoded: 9 });
  });

  it('encodes at the frame rate that is wanted', async () => {
    const video = await makeVideo({ source: 'testsrc2=size=320x180:rate=30', frames: 16 });
    collect(own);
    const slow = { ...small, framerate: 10 };
    const slowFrames: JpegFrame[] = [];
    viewer.subscribeJpegs(cameraId, slow, (frame) => slowFrames.push(frame));
    start(own, slow);
    await publishOneByOne(video);
    await waitFor(() => slowFrames.length === 6);
    expect(slowFrames.map((frame) => frame.sequence)).toEqual([0, 3, 6, 9, 12, 15]);
  });

  it('decodes keyframes only where they suffice, and every picture again when they do not', async () => {
    const video = await makeVideo({ source: 'testsrc2=size=320x180:rate=10', frames: 38, gop: 10, framerate: 10 });
    collect({ ...own, framerate: 1 });
    start({ ...own, framerate: 1 });
    const skipped = () => events.counts()['dropped keyframes-only'] ?? 0;
    // One after the other: whichever picture is shown first decides when the next one is due.
    for (const [from, to] of [
      [0, 1],
      [1, 11],
      [11, 21],
      [21, 31],
    ] as const) {
      await publish(video.slice(from, to));
      await waitFor(() => frames.at(-1)?.sequence === to - 1);
    }
    expect(skipped()).toBeGreaterThan(0);
    const skippedBefore = skipped();
    await publish(video.slice(31));
    await waitFor(() => skipped() === skippedBefore + 7);
    const decodedBefore = events.counts()['decoded'] ?? 0;
    collect(own);
    transcoder.setRenditions([own]);
    await waitFor(() => frames.at(-1)?.sequence === 37);
    expect((events.counts()['decoded'] ?? 0) - decodedBefore).toBe(7);
    expect(events.faults).toEqual([]);
  });

  it('shows all pictures of a camera with B-frames, in the order of presentation, also where keyframes would suffice', async () => {
    const params = 'b-pyramid=none';
    const video = await makeVideo({ source: 'testsrc2=size=320x180:rate=30', frames: 40, gop: 10, bFrames: 2, params });
    collect(own);
    const seldom = { ...small, framerate: 2 };
    const seldomFrames: JpegFrame[] = [];
    viewer.subscribeJpegs(cameraId, seldom, (frame) => seldomFrames.push(frame));
    start(own, seldom);
    await publish(video.slice(0, 1));
    for (const unit of video.slice(1, 22)) {
      const before = frames.length;
      await publish([unit]);
      await waitFor(() => frames.length > before);
    }
    const places = frames.map(({ rtpTimeTicks }) => rtpTimeTicks / 3_000);
    expect(places).toEqual(Array.from({ length: 21 }, (_, index) => index));
    const sequences = frames.map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
    expect(new Set(sequences).size).toBe(21);
    expect(frames.some(({ reorderUs }) => reorderUs >= 60_000)).toBe(true);
    transcoder.setRenditions([seldom]);
    for (const unit of video.slice(22)) {
      await publish([unit]);
      await waitFor(() => events.counts()['decoded'] === unit.sequence);
    }
    expect(events.counts()['dropped keyframes-only']).toBeUndefined();
  });

  it('says in plain words why a camera is not shown, and when that was', async () => {
    const [unit] = await makeVideo({ source: 'testsrc2=size=320x180:rate=30', frames: 1 });
    start(own);
    expect(transcoder.lastFault).toBeUndefined();
    const beforeMs = clocks.nowMs();
    await publish([{ ...required(unit), width: 16_384, height: 16_384 }]);
    await waitFor(() => transcoder.lastFault !== undefined);
    expect(transcoder.lastFault).toMatchObject({
      reason: 'too-large',
      message: "the camera's picture of 16384x16384 is too large: H.264 and H.265 allow up to 8192x4320",
    });
    expect(transcoder.lastFault?.atMs).toBeGreaterThanOrEqual(beforeMs);
    expect(transcoder.shownAtMs).toBe(Number.NEGATIVE_INFINITY);
  });

  it.each([
    { name: 'random bytes', damage: () => pseudoRandomBytes(5, 3_000) },
    { name: 'half an access unit', damage: (data: Uint8Array) => data.subarray(0, data.length >> 1) },
  ])('goes on at the next keyframe after $name', async ({ damage }) => {
    const video = await makeVideo({ source: 'testsrc2=size=320x180:rate=30', frames: 20, gop: 10 });
    collect(own);
    start(own);
    await publish(video.map((unit) => (unit.sequence === 4 ? { ...unit, data: damage(unit.data) } : unit)));
    await waitFor(() => frames.at(-1)?.sequence === 19);
  });

  it('goes on after a change of size and codec, and a new session of the camera', async () => {
    const first = await makeVideo({ source: 'testsrc2=size=320x180:rate=30', frames: 5 });
    const second = await makeVideo({ source: 'testsrc2=size=640x360:rate=30', frames: 5, codec: 'h265' });
    collect(own);
    start(own);
    await publishOneByOne(first);
    const anew = second.map((unit) => ({ ...unit, epoch: 2, discontinuity: unit.sequence === 0 }));
    const publisher = bus.accessUnitPublisher(cameraId, { bufferSizeBytes: 1_000_000 });
    publish = async (units) => {
      for (const unit of units) await publisher.publish(unit);
    };
    await publishOneByOne(anew);
    expect(frames.map(({ sourceEpoch, width }) => `${sourceEpoch}:${width}`)).toEqual([
      ...Array.from({ length: 5 }, () => '1:320'),
      ...Array.from({ length: 5 }, () => '2:640'),
    ]);
    expect(events.faults).toEqual([]);
  });

  it.each(['decoded', 'encoded'] as const)(
    'publishes nothing when its lease ends as a picture was %s',
    async (moment) => {
      const video = await makeVideo({ source: 'testsrc2=size=320x180:rate=30', frames: 10 });
      await publish(video);
      events.on(moment, () => abort.abort());
      start(own, small);
      await running;
      collect(own);
      await bus.publishJpeg(cameraId, own, markerFrame);
      await waitFor(() => frames.length > 0);
      expect(frames.map((frame) => frame.epoch)).toEqual([99]);
    },
  );

  it('jumps to the newest keyframe when decoding has fallen behind', async () => {
    const video = await makeVideo({ source: 'testsrc2=size=320x180:rate=30', frames: 35, gop: 10 });
    const engine = new LibavEngine();
    const gate = new EventEmitter();
    const isOpen = once(gate, 'open');
    let arrived = 0;
    const slow: Engine = {
      name: 'libav',
      check: () => engine.check(),
      openCamera: () => {
        const decoder = engine.openCamera();
        const decode = async (unit: AccessUnit) => {
          if (unit.sequence === 2) await isOpen;
          return decoder.decode(unit);
        };
        return { decode, reset: () => decoder.reset(), close: () => decoder.close() };
      },
    };
    const deps = { bus, engine: slow, events, logger: silentLogger, ...clocks, encodeSemaphore };
    transcoder = new CameraTranscoder(deps, { cameraId, epoch: 7, maxLatencyMs: 200 });
    collect(own);
    bus.subscribeAccessUnits(cameraId, { from: 'keyframe' }, (batch) => {
      arrived += batch.length;
    });
    start(own);
    await publishOneByOne(video.slice(0, 2));
    await publish(video.slice(2));
    await waitFor(() => arrived === 35);
    gate.emit('open');
    await waitFor(() => frames.at(-1)?.sequence === 34);
    expect(events.counts()).toMatchObject({ 'dropped behind': 27, jumped: 2 });
    // 2 came out late; 30 to 34 are within 200 ms of the newest.
    expect(frames[2]?.sequence).toBe(30);
  });

  it('goes on in the middle of a GOP after the death of its ffmpeg, from the GOP cache', async () => {
    const video = await makeVideo({ source: 'testsrc2=size=320x180:rate=30', frames: 300 });
    const deps = {
      bus,
      engine: new FfmpegEngine({ startDeadlineMs: 20_000 }),
      events,
      logger: silentLogger,
      ...clocks,
      encodeSemaphore,
    };
    transcoder = new CameraTranscoder(deps, { cameraId, epoch: 7, maxLatencyMs: 200 });
    collect(own);
    start(own);
    await publishOneByOne(video.slice(0, 5));
    await killFfmpegChildren();
    const rest = video.slice(5);
    await waitFor(async () => {
      const next = rest.shift();
      if (next) await publish([next]);
      return events.faults.includes('died') && required(frames.at(-1)).sequence > 20;
    });
    expect(video.filter((unit) => unit.isKeyframe)).toHaveLength(1);
  });

  it('stops when the new holder of the camera publishes', async () => {
    hasHighestEpoch = false;
    const video = await makeVideo({ source: 'testsrc2=size=320x180:rate=30', frames: 3 });
    collect(own);
    start(own);
    await publishOneByOne(video.slice(0, 2));
    await bus.publishJpeg(cameraId, own, { ...required(frames[1]), epoch: 8 });
    await publish(video.slice(2));
    await running;
    expect(frames.map((frame) => frame.epoch)).toEqual([7, 7, 8]);
  });
});
