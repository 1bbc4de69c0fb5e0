import { NO_METER } from '../delivery/delivery-meter.ts';
import { MAX_VIEWERS, type OpenViewer, OpenViewers } from './open-viewers.ts';
import type { Refusal } from './refusal.ts';

const REASON: Refusal = { code: 'unknown-camera', message: 'No.' };

describe('OpenViewers', () => {
  let removeCamera: (cameraId: string) => void;
  let counted: string[];
  let logged: object[];
  let cuts: string[];
  let viewers: OpenViewers;

  beforeEach(() => {
    counted = [];
    logged = [];
    cuts = [];
    viewers = new OpenViewers({
      directory: {
        onRemoved: (listener) => {
          removeCamera = listener;
          return () => undefined;
        },
      },
      meter: { ...NO_METER, viewersChanged: (kind, count) => counted.push(`${kind} ${count}`) },
      logger: { info: (fields: object) => logged.push(fields) } as unknown as ConstructorParameters<
        typeof OpenViewers
      >[0]['logger'],
    });
  });

  function viewer(kind: 'socket' | 'mjpeg', name: string, ...cameraIds: string[]): OpenViewer {
    return {
      kind,
      principal: { name, maySee: () => true },
      address: '192.0.2.1',
      watches: cameraIds.map((cameraId) => ({ cameraId, sinceMs: 1 })),
      cut: (cameraId, { code }) => cuts.push(`${kind} ${name} ${cameraId} ${code}`),
    };
  }

  it('counts by kind, and tells of each change', () => {
    const [anna, ben] = [viewer('socket', 'anna'), viewer('mjpeg', 'ben', 'yard')];
    viewers.add(anna);
    viewers.add(ben);
    expect([viewers.count(), viewers.count('socket'), viewers.count('mjpeg')]).toEqual([2, 1, 1]);
    viewers.remove(anna);
    viewers.remove(anna);
    expect(counted).toEqual(['socket 1', 'mjpeg 1', 'socket 0']);
  });

  it('has room for so many of a kind, whatever there is of others', () => {
    for (let i = 0; i < MAX_VIEWERS.mjpeg; i++) {
      expect(viewers.hasRoomFor('mjpeg')).toBe(true);
      viewers.add(viewer('mjpeg', 'anna', 'yard'));
    }
    expect([viewers.hasRoomFor('mjpeg'), viewers.hasRoomFor('socket')]).toEqual([false, true]);
  });

  it('cuts the watches that are meant, says how many, and logs no name', () => {
    viewers.add(viewer('socket', 'anna', 'yard', 'gate'));
    viewers.add(viewer('mjpeg', 'anna', 'yard'));
    viewers.add(viewer('socket', 'ben', 'yard'));
    expect(viewers.cut(({ principal, cameraId }) => principal.name === 'anna' && cameraId === 'yard', REASON)).toBe(2);
    expect(cuts).toEqual(['socket anna yard unknown-camera', 'mjpeg anna yard unknown-camera']);
    expect(logged).toEqual([{ watches: 2, code: 'unknown-camera' }]);
  });

  it('says nothing where nothing was meant', () => {
    viewers.add(viewer('socket', 'anna', 'yard'));
    expect(viewers.cut(() => false, REASON)).toBe(0);
    expect(logged).toEqual([]);
  });

  it('cuts the viewers of a camera that is removed', () => {
    viewers.add(viewer('socket', 'anna', 'yard', 'gate'));
    removeCamera('gate');
    expect(cuts).toEqual(['socket anna gate unknown-camera']);
  });
});
