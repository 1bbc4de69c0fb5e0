import { jest } from '@jest/globals';
import { type AccessUnit, MediaBusError } from '@oriel/media-bus';
import type { VideoAccessUnit } from '@oriel/rtsp-client';
import { AccessUnitOutbox } from './access-unit-outbox.ts';

/** A publisher whose answers the test supplies, in order. */
class HeldPublisher {
  readonly published: AccessUnit[] = [];
  readonly #answers: { resolve: () => void; reject: (error: Error) => void; bytes: number }[] = [];
  backlogBytes = 0;

  publish(accessUnit: AccessUnit): Promise<void> {
    this.published.push(accessUnit);
    const bytes = accessUnit.data.length;
    this.backlogBytes += bytes;
    return new Promise((resolve, reject) => this.#answers.push({ resolve, reject, bytes }));
  }

  async answer(error?: Error): Promise<void> {
    for (const { resolve, reject, bytes } of this.#answers.splice(0)) {
      this.backlogBytes -= bytes;
      if (error === undefined) resolve();
      else reject(error);
    }
    await Promise.resolve();
    await Promise.resolve();
  }
}

let counter = 0;
function picture(
  isKeyframe: boolean,
  { bytes = 100, lostPacketsBefore = 0, discontinuity = false } = {},
): VideoAccessUnit {
  return {
    codec: 'h264',
    data: new Uint8Array(bytes),
    isKeyframe,
    rtpTimeTicks: 3000 * counter++,
    arrivalTimeUs: 1,
    captureTimeUs: undefined,
    lostPacketsBefore,
    discontinuity,
    width: 640,
    height: 360,
  };
}

function outboxOn(publisher: HeldPublisher) {
  const events: string[] = [];
  const outbox = new AccessUnitOutbox({
    publisher,
    epoch: 7,
    // This host's clock is an hour ahead of the others.
    sharedClock: { fromProcessUs: (processUs) => processUs - 3_600_000_000 },
    nowMs: () => performance.now(),
    onPublished: () => events.push('published'),
    onDropped: (reason) => events.push(reason),
    onFenced: ({ code }) => events.push(code),
  });
  const shown = () =>
    publisher.published.map(
      ({ sequence, isKeyframe, discontinuity }) => `${sequence}${isKeyframe ? 'K' : ''}${discontinuity ? '!' : ''}`,
    );
  return { outbox, events, shown };
}

describe('AccessUnitOutbox', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('stamps pictures with the time that all services share, whatever the clock of its host says', () => {
    const publisher = new HeldPublisher();
    const { outbox } = outboxOn(publisher);
    outbox.push({ ...picture(true), arrivalTimeUs: 1_800_000_000_000_000 });
    jest.setSystemTime(Date.now() + 3_600_000);
    outbox.push({ ...picture(false), arrivalTimeUs: 1_800_000_000_040_000 });
    expect(publisher.published.map(({ arrivalTimeUs }) => arrivalTimeUs)).toEqual([
      1_799_996_400_000_000, 1_799_996_400_040_000,
    ]);
  });

  it('publishes at once, numbered without gaps, from the first keyframe on', async () => {
    const publisher = new HeldPublisher();
    const { outbox, events, shown } = outboxOn(publisher);
    for (const isKeyframe of [false, true, false, false]) outbox.push(picture(isKeyframe));
    expect(shown()).toEqual(['0K!', '1', '2']);
    expect(publisher.published.map(({ epoch }) => epoch)).toEqual([7, 7, 7]);
    await publisher.answer();
    expect(events).toEqual(['no-keyframe', 'published', 'published', 'published']);
  });

  it('drops to the next keyframe once Redis has not answered for a second, and marks the gap', async () => {
    const publisher = new HeldPublisher();
    const { outbox, events, shown } = outboxOn(publisher);
    outbox.push(picture(true));
    jest.advanceTimersByTime(1001);
    outbox.push(picture(false, { lostPacketsBefore: 2 }));
    outbox.push(picture(true, { lostPacketsBefore: 3 }));
    await publisher.answer();
    outbox.push(picture(false));
    outbox.push(picture(true));
    outbox.push(picture(false));
    expect(shown()).toEqual(['0K!', '1K!', '2']);
    expect(publisher.published[1]?.lostPacketsBefore).toBe(5);
    expect(events).toEqual(['backlog', 'backlog', 'published', 'no-keyframe']);
  });

  it('drops to the next keyframe when too many bytes wait', () => {
    const publisher = new HeldPublisher();
    const { outbox, events, shown } = outboxOn(publisher);
    outbox.push(picture(true, { bytes: 5_000_000 }));
    outbox.push(picture(false, { bytes: 4_000_000 }));
    expect(shown()).toEqual(['0K!']);
    expect(events).toEqual(['backlog']);
  });

  it('lets a single picture pass, however large', () => {
    const publisher = new HeldPublisher();
    const { outbox, shown } = outboxOn(publisher);
    outbox.push(picture(true, { bytes: 10_000_000 }));
    expect(shown()).toEqual(['0K!']);
  });

  it('starts anew at a keyframe after Redis was away', async () => {
    const publisher = new HeldPublisher();
    const { outbox, events, shown } = outboxOn(publisher);
    outbox.push(picture(true));
    outbox.push(picture(false));
    await publisher.answer(new MediaBusError('disconnected', 'x'));
    outbox.push(picture(false));
    outbox.push(picture(true));
    expect(shown()).toEqual(['0K!', '1', '2K!']);
    expect(events).toEqual(['redis', 'redis', 'no-keyframe']);
  });

  it('goes on when the refused ones lie before a keyframe that was already handed over', async () => {
    const publisher = new HeldPublisher();
    const { outbox, shown } = outboxOn(publisher);
    outbox.push(picture(true));
    const refused = publisher.answer(new MediaBusError('refused', 'x'));
    outbox.push(picture(true));
    await refused;
    outbox.push(picture(false));
    expect(shown()).toEqual(['0K!', '1K', '2!']);
  });

  it.each([
    { code: 'too-large', reason: 'too-large' },
    { code: 'full', reason: 'redis-full' },
    { code: 'refused', reason: 'redis' },
  ] as const)('says why a picture was dropped: $code', async ({ code, reason }) => {
    const publisher = new HeldPublisher();
    const { outbox, events } = outboxOn(publisher);
    outbox.push(picture(true));
    await publisher.answer(new MediaBusError(code, 'x'));
    expect(events).toEqual([reason]);
  });

  it('waits for a keyframe in each new session', () => {
    const publisher = new HeldPublisher();
    const { outbox, shown } = outboxOn(publisher);
    outbox.push(picture(true));
    outbox.awaitKeyframe();
    outbox.push(picture(false));
    outbox.push(picture(true));
    expect(shown()).toEqual(['0K!', '1K!']);
  });

  it('publishes nothing more once it is fenced', async () => {
    const publisher = new HeldPublisher();
    const { outbox, events, shown } = outboxOn(publisher);
    outbox.push(picture(true));
    outbox.push(picture(false));
    await publisher.answer(new MediaBusError('fenced', 'x'));
    outbox.push(picture(true));
    expect(shown()).toEqual(['0K!', '1']);
    expect(events).toEqual(['fenced']);
  });
});
