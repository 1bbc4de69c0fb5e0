import { jest } from '@jest/globals';
import type { CameraStatus, Instance } from '@oriel/control';
import { CANARY_PASSWORD, cameraConfig } from '../../test/camera-config.ts';
import { CameraDirectory } from './camera-directory.ts';

describe('CameraDirectory', () => {
  let statuses: CameraStatus[];
  let instanceIds: string[];
  let transcoders: Pick<Instance, 'cameras' | 'frameShare'>[];
  let announce: (status: CameraStatus) => void;
  let isAway: boolean;
  let directory: CameraDirectory;
  let warnings: number;

  beforeEach(() => {
    jest.useFakeTimers();
    statuses = [];
    instanceIds = ['ingest-1'];
    transcoders = [];
    isAway = false;
    warnings = 0;
    const answer = async <T>(value: T): Promise<T> => (isAway ? Promise.reject(new Error('away')) : value);
    directory = new CameraDirectory({
      cameras: [cameraConfig('yard'), cameraConfig('gate')],
      statusBoard: {
        all: () => answer(statuses),
        subscribe: async (onStatus) => {
          announce = onStatus;
          return answer(async () => undefined);
        },
      },
      instanceBoard: {
        all: () => answer([...instanceIds.map((id) => ({ id, cameras: ['yard'] })), ...transcoders] as Instance[]),
      },
      nowMs: Date.now,
      logger: { info: () => undefined, warn: () => warnings++, error: () => undefined },
    });
  });

  afterEach(() => {
    directory.close();
    jest.useRealTimers();
  });

  const start = async () => {
    directory.start();
    await jest.advanceTimersByTimeAsync(0);
  };
  const yard = () => directory.view('yard');

  it('lists every configured camera before anybody has said anything', () => {
    expect(directory.views().map(({ id, state, reasonCode }) => [id, state, reasonCode])).toEqual([
      ['yard', 'connecting', 'no-ingest'],
      ['gate', 'connecting', 'no-ingest'],
    ]);
    expect(directory.view('nowhere')).toBeUndefined();
    expect(directory.watched('nowhere')).toBeUndefined();
    expect(JSON.stringify(directory.views())).not.toContain(CANARY_PASSWORD);
  });

  it('shows what ingest says, and tells of each change once', async () => {
    const changes: string[] = [];
    directory.onChange(({ id, state }) => changes.push(`${id} ${state}`));
    statuses = [status({ state: 'live', width: 1920 })];
    await start();
    expect(yard()).toMatchObject({ id: 'yard', name: 'Camera yard', state: 'live', width: 1920 });
    expect(directory.watched('yard')).toMatchObject({ id: 'yard', quality: 85, framerate: 30, width: 1920 });

    const stalled = status({ state: 'stalled', reason: 'No picture for 2 seconds.' });
    statuses = [stalled];
    announce(stalled);
    announce(stalled);
    announce(status({ cameraId: 'unknown' }));
    await jest.advanceTimersByTimeAsync(2_000);
    expect(changes).toEqual(['yard live', 'yard stalled']);
  });

  it('finds a status whose announcement was missed', async () => {
    await start();
    statuses = [status({ instanceId: 'ingest-2' })];
    await jest.advanceTimersByTimeAsync(1_000);
    expect(yard()?.state).toBe('live');
    await jest.advanceTimersByTimeAsync(3_000);
    expect(yard()?.state).toBe('offline');
  });

  it('says so when the ingest that held the camera is gone, and follows the next one', async () => {
    statuses = [status({})];
    await start();
    instanceIds = [];
    await jest.advanceTimersByTimeAsync(1_000);
    expect(yard()).toEqual({
      id: 'yard',
      name: 'Camera yard',
      state: 'offline',
      reason: 'The ingest service that held this camera is gone. Another one takes over as soon as there is one.',
      reasonCode: 'no-ingest',
    });

    // Its first heartbeat comes later than its first status.
    statuses = [status({ instanceId: 'ingest-2', epoch: 2, state: 'connecting' })];
    announce(status({ instanceId: 'ingest-2', epoch: 2, state: 'connecting' }));
    expect(yard()?.state).toBe('connecting');
    await jest.advanceTimersByTimeAsync(2_000);
    expect(yard()?.state).toBe('connecting');
    instanceIds = ['ingest-2'];
    await jest.advanceTimersByTimeAsync(5_000);
    expect(yard()?.state).toBe('connecting');
  });

  it('does not listen to an ingest that lost the camera', async () => {
    statuses = [status({ epoch: 2 })];
    await start();
    announce(status({ epoch: 1, state: 'offline' }));
    expect(yard()?.state).toBe('live');
  });

  it('says that a camera is shown at less than its frame rate, for as long as its transcoder does not get through', async () => {
    const gopTooLarge = 'A GOP of 5.0 MB does not fit into buffer_size.';
    statuses = [status({}), status({ cameraId: 'gate', warning: gopTooLarge })];
    transcoders = [{ cameras: ['yard'], frameShare: 0.618 }, { cameras: ['gate'] }];
    await start();
    const gate = () => directory.view('gate');
    expect(yard()).toMatchObject({
      state: 'live',
      frameShare: 0.62,
      warning: 'Shown at 62 % of its frame rate: there are too few cores for all the cameras that are watched.',
    });
    expect(gate()).toMatchObject({ frameShare: undefined, warning: gopTooLarge });

    transcoders = [{ cameras: ['gate', 'yard'], frameShare: 0.3 }];
    await jest.advanceTimersByTimeAsync(1_000);
    expect(gate()?.warning).toBe(
      `Shown at 30 % of its frame rate: there are too few cores for all the cameras that are watched. ${gopTooLarge}`,
    );

    statuses = [status({ state: 'stalled' }), status({ cameraId: 'gate' })];
    transcoders = [{ cameras: ['yard'], frameShare: 0.3 }];
    await jest.advanceTimersByTimeAsync(1_000);
    expect([yard()?.warning, yard()?.frameShare, gate()?.warning]).toEqual([undefined, undefined, undefined]);
  });

  it('keeps what it knows while Redis is away, and says so once', async () => {
    statuses = [status({})];
    await start();
    isAway = true;
    await jest.advanceTimersByTimeAsync(5_000);
    expect(yard()?.state).toBe('live');
    expect(warnings).toBe(1);
  });

  it('listens from the moment Redis can be reached', async () => {
    isAway = true;
    await start();
    isAway = false;
    await jest.advanceTimersByTimeAsync(1_000);
    announce(status({}));
    expect(yard()?.state).toBe('live');
  });
});

function status(part: Partial<CameraStatus>): CameraStatus {
  return {
    cameraId: 'yard',
    state: 'live',
    reconnects: 0,
    lostPackets: 0,
    sinceMs: 1,
    instanceId: 'ingest-1',
    epoch: 1,
    ...part,
  };
}
