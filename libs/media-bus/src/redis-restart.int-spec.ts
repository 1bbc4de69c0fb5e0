import { RedisServer, waitFor } from '@oriel/testing';
import { accessUnit, jpeg, spell } from '../test/access-units.ts';
import type { MediaBusError } from './media-bus-error.ts';
import { type MediaBusState, RedisMediaBus } from './redis-media-bus.ts';

const rendition = { width: 640, quality: 75, framerate: 15 };
const cameraId = 'front-door';

let redis: RedisServer;
let bus: RedisMediaBus;
let states: MediaBusState[];
let errors: MediaBusError[];

beforeEach(async () => {
  states = [];
  errors = [];
  redis = await RedisServer.start({ password: 'hunter2' });
});

afterEach(async () => {
  await bus.close();
  await redis.stop();
  expect(errors.map(({ message }) => message).join()).not.toContain('hunter2');
});

const openBus = () =>
  new RedisMediaBus({
    redis: redis.url,
    onStateChange: (state) => states.push(state),
    onError: (error) => errors.push(error),
  });

it('goes on with the next keyframe after Redis came back empty', async () => {
  bus = openBus();
  const publisher = bus.accessUnitPublisher(cameraId, { bufferSizeBytes: 1_000_000 });
  const received: string[] = [];
  const frames: number[] = [];
  bus.subscribeAccessUnits(cameraId, { from: 'keyframe' }, (batch) => received.push(...batch.map(spell)));
  bus.subscribeJpegs(cameraId, rendition, ({ sequence }) => frames.push(sequence));
  await publisher.publish(accessUnit('K1.0'));
  await publisher.publish(accessUnit('p1.1'));
  await bus.publishJpeg(cameraId, rendition, jpeg(1, 1));
  await waitFor(() => received.length === 2 && frames.length === 1);

  await redis.kill();
  await waitFor(() => bus.state === 'disconnected');
  await expect(publisher.publish(accessUnit('p1.2'))).rejects.toMatchObject({ code: 'disconnected' });
  expect(publisher.backlogBytes).toBe(0);

  await redis.restart();
  await waitFor(() => bus.state === 'connected');
  for (const word of ['p1.3', 'K1.4', 'p1.5']) await publisher.publish(accessUnit(word));
  await bus.publishJpeg(cameraId, rendition, jpeg(1, 5));
  await waitFor(() => received.length === 4 && frames.length === 2);
  expect(received).toEqual(['K1.0', 'p1.1', '!K1.4', 'p1.5']);
  expect(frames).toEqual([1, 5]);
  expect(states).toEqual(['connected', 'disconnected', 'connected']);
});

it('rejects what was under way when the connection broke, at once', async () => {
  bus = openBus();
  const publisher = bus.accessUnitPublisher(cameraId, { bufferSizeBytes: 1_000_000 });
  await publisher.publish(accessUnit('K1.0'));
  redis.pause();
  const underWay = publisher.publish(accessUnit('p1.1'));
  const rejected = expect(underWay).rejects.toMatchObject({ code: 'disconnected' });
  expect(publisher.backlogBytes).toBeGreaterThan(0);
  await redis.kill();
  await rejected;
  expect(publisher.backlogBytes).toBe(0);
});

it('gives up on a Redis that answers nothing', async () => {
  bus = openBus();
  const publisher = bus.accessUnitPublisher(cameraId, { bufferSizeBytes: 1_000_000 });
  bus.subscribeAccessUnits(cameraId, { from: 'keyframe' }, () => undefined);
  await publisher.publish(accessUnit('K1.0'));
  redis.pause();
  await expect(publisher.publish(accessUnit('p1.1'))).rejects.toMatchObject({ code: 'disconnected' });
  await waitFor(() => bus.state === 'disconnected');
  redis.resume();
  await waitFor(() => bus.state === 'connected');
  await publisher.publish(accessUnit('K1.2'));
});

it('can be made, subscribed and published to before Redis is there', async () => {
  await redis.kill();
  bus = openBus();
  const received: string[] = [];
  bus.subscribeAccessUnits(cameraId, { from: 'keyframe' }, (batch) => received.push(...batch.map(spell)));
  const early = bus.accessUnitPublisher(cameraId, { bufferSizeBytes: 1_000_000 }).publish(accessUnit('K1.0'));
  await expect(early).rejects.toMatchObject({ code: 'disconnected' });
  expect(bus.state).toBe('connecting');
  await redis.restart();
  await waitFor(() => bus.state === 'connected');
  await bus.accessUnitPublisher(cameraId, { bufferSizeBytes: 1_000_000 }).publish(accessUnit('K1.1'));
  await waitFor(() => received.length === 1);
  expect(received).toEqual(['K1.1']);
});

it('can be closed while Redis is away', async () => {
  bus = openBus();
  bus.subscribeAccessUnits(cameraId, { from: 'keyframe' }, () => undefined);
  await waitFor(() => bus.state === 'connected');
  await redis.kill();
  await waitFor(() => bus.state === 'disconnected');
  await bus.close();
  expect(bus.state).toBe('closed');
});

it('rejects after it was closed', async () => {
  bus = openBus();
  await waitFor(() => bus.state === 'connected');
  const publisher = bus.accessUnitPublisher(cameraId, { bufferSizeBytes: 1_000_000 });
  await bus.close();
  await expect(publisher.publish(accessUnit('K1.0'))).rejects.toMatchObject({ code: 'closed' });
  await expect(bus.publishJpeg(cameraId, rendition, jpeg(1, 1))).rejects.toMatchObject({ code: 'closed' });
  expect(states).toEqual(['connected', 'closed']);
});
