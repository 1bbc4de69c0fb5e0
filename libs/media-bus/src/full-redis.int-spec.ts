import { RedisServer } from '@oriel/testing';
import { accessUnit } from '../test/access-units.ts';
import { RedisMediaBus } from './redis-media-bus.ts';

it('says that Redis is full, and goes on at the next keyframe instead of never', async () => {
  const server = await RedisServer.start({ settings: { maxmemory: '8mb', 'maxmemory-policy': 'noeviction' } });
  const bus = new RedisMediaBus({ redis: server.url });
  try {
    const publisher = bus.accessUnitPublisher('yard', { bufferSizeBytes: 33_554_432 });
    const publish = (word: string) => publisher.publish({ ...accessUnit(word), data: new Uint8Array(200_000) });
    await publish('K1.0');
    let sequence = 1;
    const fill = async () => {
      while (sequence < 100) await publish(`p1.${sequence++}`);
    };
    await expect(fill()).rejects.toMatchObject({ code: 'full' });
    // The trim follows the refusal on the same connection.
    await publish(`K1.${sequence}`);
    await publish(`p1.${sequence + 1}`);
    expect(publisher.retention).toMatchObject({ bytes: 400_302, accessUnits: 2, holdsWholeGop: true });
  } finally {
    await bus.close();
    await server.stop();
  }
});
