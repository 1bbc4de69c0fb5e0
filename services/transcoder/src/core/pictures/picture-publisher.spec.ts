import type { AccessUnit, JpegFrame } from '@oriel/media-bus';
import { MediaBusError } from '@oriel/media-bus';
import type { Rendition } from '@oriel/model';
import { RecordedEvents } from '../../../test/recorded-events.ts';
import { accessUnit } from '../../../test/test-video.ts';
import type { DecodedPicture, EncodedJpeg } from '../engine/engine.ts';
import { CameraWork } from '../load/camera-work.ts';
import { EncodeSemaphore } from '../load/encode-semaphore.ts';
import { PicturePublisher } from './picture-publisher.ts';

const own: Rendition = { width: 0, quality: 80, framerate: 30 };
const small: Rendition = { width: 160, quality: 60, framerate: 30 };

describe('PicturePublisher', () => {
  let nowMs: number;
  let events: RecordedEvents;
  let work: CameraWork;
  let published: string[];
  let encodes: { readonly sequence: number; end(): void }[];
  let released: number[];
  let readies: number;
  let fenced: number;
  let hasHighestEpoch: boolean;
  let refusal: Error | undefined;
  let encodeSemaphore: EncodeSemaphore;
  let redis: Promise<void>;
  let publisher: PicturePublisher;

  beforeEach(() => {
    nowMs = 1_000;
    events = new RecordedEvents();
    work = new CameraWork();
    published = [];
    encodes = [];
    released = [];
    readies = 0;
    fenced = 0;
    hasHighestEpoch = false;
    refusal = undefined;
    encodeSemaphore = new EncodeSemaphore(() => 1);
    redis = Promise.resolve();
    const publishJpeg = async (_: string, { width }: Rendition, frame: JpegFrame) => {
      await redis;
      if (refusal !== undefined) throw refusal;
      published.push(width === 0 ? `${frame.sequence}` : `${frame.sequence} small`);
    };
    const dropJpegs = async () => {
      refusal = undefined;
    };
    publisher = new PicturePublisher(
      {
        bus: { publishJpeg, dropJpegs },
        events,
        encodeSemaphore,
        wanted: { has: () => true },
        work,
        nowMs: () => nowMs,
        sharedNowMs: () => nowMs,
        onFenced: () => {
          fenced++;
        },
        onTrouble: () => undefined,
      },
      { cameraId: 'door', epoch: 3, maxLatencyMs: 200 },
      {
        signal: new AbortController().signal,
        assertCurrent: () => undefined,
        hasHighestEpoch: async () => hasHighestEpoch,
        markReady: () => {
          readies++;
        },
      },
    );
  });

  /** @param ageMs time since it arrived at ingest */
  function picture(sequence: number, ageMs = 0, decodeUs = 1_000): DecodedPicture {
    const unit: AccessUnit = accessUnit({ sequence, arrivalTimeUs: (nowMs - ageMs) * 1000 });
    const jpeg: EncodedJpeg = { width: 320, height: 180, encodeUs: 2_000, data: Buffer.of(sequence) };
    return {
      accessUnit: unit,
      releasedBy: unit,
      width: 320,
      height: 180,
      decodeUs,
      concealed: false,
      encode: () => new Promise((resolve) => encodes.push({ sequence, end: () => resolve(jpeg) })),
      release: () => released.push(sequence),
    };
  }

  function offer(shown: DecodedPicture, due: readonly Rendition[]): void {
    const { epoch: sourceEpoch, sequence } = shown.releasedBy;
    publisher.offer(shown, { sourceEpoch, sequence, reorderUs: 0 }, due);
  }

  /** Finishes encodes until none is left. */
  async function settle(): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const encode = encodes.shift();
      if (encode === undefined) return;
      encode.end();
    }
  }

  it('publishes a picture in all renditions that are due, then is ready, and gives its memory back', async () => {
    offer(picture(5), [own, small]);
    expect(publisher.shownAtMs).toBe(Number.NEGATIVE_INFINITY);
    await settle();
    expect(published).toEqual(['5', '5 small']);
    expect([readies, released, publisher.shownAtMs]).toEqual([1, [5], 1_000]);
  });

  it.each([
    { name: 'shows all of a short burst', waitMs: 0, offered: 4, shown: ['0', '1', '2', '3'] },
    {
      name: 'leaves out the oldest of a long one',
      waitMs: 0,
      offered: 10,
      shown: ['0', '2', '3', '4', '5', '6', '7', '8', '9'],
    },
    { name: 'shows those that have waited for half the latency', waitMs: 100, offered: 3, shown: ['0', '1', '2'] },
    { name: 'shows only the newest when they have waited for longer', waitMs: 101, offered: 4, shown: ['0', '3'] },
    { name: 'shows none that has become too old', waitMs: 201, offered: 4, shown: ['0'] },
  ])('$name', async ({ waitMs, offered, shown }) => {
    for (let sequence = 0; sequence < offered; sequence++) offer(picture(sequence), [own]);
    nowMs += waitMs;
    await settle();
    expect(published).toEqual(shown);
    expect(released.toSorted((a, b) => a - b)).toEqual(Array.from({ length: offered }, (_, index) => index));
    expect(events.counts()['missed'] ?? 0).toBe(offered - shown.length);
  });

  it('counts the age of a picture that B-frames held back from when it could first be shown', async () => {
    const held = picture(0, 350);
    offer({ ...held, releasedBy: accessUnit({ sequence: 3, arrivalTimeUs: (nowMs - 150) * 1000 }) }, [own]);
    await settle();
    expect(published).toEqual(['3']);
  });

  it('shows in the next picture what one that was left out had due', async () => {
    offer(picture(0), [own]);
    offer(picture(1), [small]);
    offer(picture(2), [own]);
    nowMs += 150;
    await settle();
    expect(published).toEqual(['0', '2 small', '2']);
  });

  it.each([
    { name: 'waited here', ageMs: 150, waitMs: 51, decodeUs: 1_000, missed: 1 },
    { name: 'was decoded slowly', ageMs: 201, waitMs: 0, decodeUs: 60_000, missed: 1 },
    { name: 'came late', ageMs: 201, waitMs: 0, decodeUs: 1_000, missed: 0 },
  ])('counts a picture too old that $name as missed by this process: $missed', async (given) => {
    offer(picture(0), [own]);
    offer(picture(1, given.ageMs, given.decodeUs), [own]);
    nowMs += given.waitMs;
    await settle();
    expect(published).toEqual(['0']);
    expect(work.take()).toMatchObject({ duePictures: 2, missedPictures: given.missed });
  });

  it('stops at a new holder of the camera, and is not ready any more', async () => {
    refusal = new MediaBusError('fenced', 'a newer epoch has published');
    offer(picture(0), [own]);
    await settle();
    expect([fenced, readies, events.faults]).toEqual([1, 0, []]);
  });

  it('removes what no holder has written, and shows the next picture', async () => {
    hasHighestEpoch = true;
    refusal = new MediaBusError('fenced', 'v1:{door}:jpeg:w0-q80-f30 holds 1795884596000-0');
    offer(picture(0), [own]);
    await settle();
    offer(picture(1), [own]);
    await settle();
    expect([fenced, published, events.faults]).toEqual([0, ['1'], ['publish-failed']]);
  });

  it('keeps nobody’s turn while it waits for Redis', async () => {
    let answer: () => void = () => undefined;
    redis = new Promise((resolve) => {
      answer = resolve;
    });
    offer(picture(0), [own]);
    await settle();
    expect([published, released]).toEqual([[], [0]]);
    await expect(encodeSemaphore.run(() => Promise.resolve('another camera'))).resolves.toBe('another camera');
    answer();
    await settle();
    expect(published).toEqual(['0']);
  });

  it('is done when what is being encoded is, and leaves out what waits', async () => {
    offer(picture(0), [own]);
    offer(picture(1), [own]);
    const closed = publisher.close();
    await settle();
    await closed;
    expect([published, released.toSorted()]).toEqual([['0'], [0, 1]]);
  });
});
