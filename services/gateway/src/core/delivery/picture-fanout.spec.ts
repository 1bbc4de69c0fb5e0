import type { JpegFrame } from '@oriel/media-bus';
import type { Rendition } from '@oriel/model';
import { type DeliveryMeter, type FrameRefusal, NO_METER } from './delivery-meter.ts';
import { PictureFanout } from './picture-fanout.ts';

/** Pictures carry shared-clock times, which differ from this process's clock. */
const SHARED_START_MS = 1_800_000_000_000;
const FULL: Rendition = { width: 0, quality: 85, framerate: 30 };

describe('PictureFanout', () => {
  let nowMs: number;
  let open: { cameraId: string; rendition: Rendition; onFrame: (frame: JpegFrame) => void }[];
  let refused: FrameRefusal[];
  let wanted: string[][];
  let awaited: string[][];
  let fanout: PictureFanout;

  beforeEach(() => {
    nowMs = 1_000;
    open = [];
    refused = [];
    wanted = [];
    awaited = [];
    const bus = {
      subscribeJpegs: (cameraId: string, rendition: Rendition, onFrame: (frame: JpegFrame) => void) => {
        const subscription = { cameraId, rendition, onFrame };
        open.push(subscription);
        return { close: () => void open.splice(open.indexOf(subscription), 1) };
      },
    };
    const meter: DeliveryMeter = { ...NO_METER, frameRefused: (reason) => refused.push(reason) };
    const sharedClock = { nowMs: () => SHARED_START_MS + nowMs };
    fanout = new PictureFanout({
      bus,
      meter,
      sharedClock,
      nowMs: () => nowMs,
      demand: {
        want: (wants) => void wanted.push(wants.map(({ cameraId, rendition }) => `${cameraId}@${rendition.width}`)),
      },
      cameras: {
        watched: (id) => ({ id, quality: 85, framerate: 30, width: undefined, maxLatencyMs: 200 }),
        pictureCame: () => undefined,
        awaitPictures: (cameraIds) => void awaited.push([...cameraIds]),
      },
    });
  });

  /** @param ageMs the frame's age on arrival */
  const arrive = (part: Partial<JpegFrame>, ageMs = 10) =>
    open[0]?.onFrame({ ...FRAME, arrivalTimeUs: (SHARED_START_MS + nowMs - ageMs) * 1_000, ...part });

  it('subscribes once, however many listen, and ends with the last', () => {
    const stops = [1, 2, 3].map(() => fanout.subscribe('a', FULL, () => undefined));
    const other = fanout.subscribe('a', { ...FULL, width: 640 }, () => undefined);
    expect(open.map(({ rendition }) => rendition.width)).toEqual([0, 640]);
    for (const stop of [...stops, ...stops]) stop();
    expect(open.map(({ rendition }) => rendition.width)).toEqual([640]);
    other();
    expect(fanout.wants()).toEqual([]);
  });

  it('says what transcoders have to make, and whose pictures are awaited, at each change', () => {
    const stops = [
      fanout.subscribe('a', FULL, () => undefined),
      fanout.subscribe('a', FULL, () => undefined),
      fanout.subscribe('a', { ...FULL, width: 640 }, () => undefined),
    ];
    for (const stop of stops) stop();
    expect(wanted).toEqual([['a@0'], ['a@0', 'a@640'], ['a@640'], []]);
    expect(awaited).toEqual([['a'], ['a'], ['a'], []]);
  });

  it('lets a request beyond the most renditions share one of its own camera', () => {
    const camera = { id: 'a', quality: 85, framerate: 30, width: 1920 };
    for (let width = 100; width < 900; width += 100) {
      fanout.subscribe('a', { ...FULL, width }, () => undefined);
      fanout.subscribe('b', { ...FULL, width: width + 1 }, () => undefined);
    }
    expect(fanout.renditionFor(camera, { maxWidth: 640 })).toEqual({ ...FULL, width: 600 });
    expect(fanout.renditionFor({ ...camera, id: 'c' }, { maxWidth: 640 })).toEqual({ ...FULL, width: 640 });
  });

  it.each<{ name: string; second: Partial<JpegFrame>; ageMs?: number; refusal: FrameRefusal | undefined }>([
    { name: 'the next sequence', second: { sequence: 6 }, refusal: undefined },
    { name: 'a sequence further on', second: { sequence: 60 }, refusal: undefined },
    { name: 'the same sequence', second: { sequence: 5 }, refusal: 'not-newer' },
    { name: 'a step back', second: { sequence: 4 }, refusal: 'not-newer' },
    { name: 'a new session of ingest', second: { sourceEpoch: 4, sequence: 0 }, refusal: undefined },
    { name: 'an old session of ingest', second: { sourceEpoch: 2, sequence: 99 }, refusal: 'not-newer' },
    { name: 'a new transcoder, further on', second: { epoch: 8, sequence: 6 }, refusal: undefined },
    { name: 'a new transcoder that repeats', second: { epoch: 8, sequence: 5 }, refusal: 'not-newer' },
    { name: 'an old transcoder', second: { epoch: 6, sequence: 6 }, refusal: 'older-epoch' },
    { name: 'a frame at the limit', second: { sequence: 6 }, ageMs: 250, refusal: undefined },
    { name: 'a frame past the limit', second: { sequence: 6 }, ageMs: 251, refusal: 'late' },
    {
      name: 'one that B-frames held back',
      second: { sequence: 6, reorderUs: 150_000 },
      ageMs: 400,
      refusal: undefined,
    },
    { name: 'one held back, and late', second: { sequence: 6, reorderUs: 150_000 }, ageMs: 401, refusal: 'late' },
    { name: 'a frame from the future', second: { sequence: 6 }, ageMs: -500, refusal: undefined },
  ])('after epoch 7, source 3, sequence 5: $name', ({ second, ageMs, refusal }) => {
    const sequences: number[] = [];
    fanout.subscribe('a', FULL, ({ sequence }) => sequences.push(sequence));
    arrive({ epoch: 7, sourceEpoch: 3, sequence: 5 });
    arrive({ epoch: 7, sourceEpoch: 3, ...second }, ageMs);
    expect(sequences).toEqual(refusal === undefined ? [5, second.sequence] : [5]);
    expect(refused).toEqual(refusal === undefined ? [] : [refusal]);
  });

  it('begins anew after a silence: a control Redis that lost its data, and whose clock was set back, grants lower epochs', () => {
    const epochs: number[] = [];
    fanout.subscribe('a', FULL, ({ epoch }) => epochs.push(epoch));
    arrive({ epoch: 7, sourceEpoch: 3 });
    nowMs += 3_000;
    arrive({ epoch: 1, sourceEpoch: 1 });
    nowMs += 1;
    arrive({ epoch: 1, sourceEpoch: 1, sequence: 6 });
    nowMs += 1;
    arrive({ epoch: 1, sourceEpoch: 1, sequence: 7 });
    expect(epochs).toEqual([3, 1, 1]);
    expect(refused).toEqual(['older-epoch']);
  });

  it.each([
    { name: 'at once while it is fresh', ageMs: 200, expected: [5] },
    { name: 'not any more when it is old', ageMs: 300, expected: [] },
  ])('gives a later listener the last frame $name', ({ ageMs, expected }) => {
    fanout.subscribe('a', FULL, () => undefined);
    arrive({ sequence: 5 }, 0);
    nowMs += ageMs;
    const sequences: number[] = [];
    fanout.subscribe('a', FULL, ({ sequence }) => sequences.push(sequence));
    expect(sequences).toEqual(expected);
  });
});

const FRAME: JpegFrame = {
  epoch: 7,
  sourceEpoch: 3,
  sequence: 5,
  rtpTimeTicks: 0,
  arrivalTimeUs: 0,
  captureTimeUs: undefined,
  width: 16,
  height: 16,
  decodeUs: 0,
  encodeUs: 0,
  reorderUs: 0,
  data: new Uint8Array(),
};
