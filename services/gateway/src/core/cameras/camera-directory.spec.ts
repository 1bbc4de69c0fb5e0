import { jest } from '@jest/globals';
import { type CameraStatus, type Instance, MemoryCatalog } from '@oriel/control';
import { CANARY_PASSWORD, cameraConfig } from '../../../test/camera-config.ts';
import { CameraDirectory } from './camera-directory.ts';
import { CameraPictures } from './camera-pictures.ts';

describe('CameraDirectory', () => {
  let statuses: CameraStatus[];
  let instanceIds: string[];
  let transcoders: Pick<Instance, 'cameras' | 'pictures' | 'maxCameras'>[];
  let otherGateways: Pick<Instance, 'id' | 'pictures'>[];
  let pictures: CameraPictures;
  let announce: (status: CameraStatus) => void;
  let ingestMaxCameras: number | undefined;
  let isAway: boolean;
  let catalog: MemoryCatalog;
  let directory: CameraDirectory;
  let warnings: number;

  beforeEach(() => {
    jest.useFakeTimers();
    statuses = [];
    instanceIds = ['ingest-1'];
    transcoders = [];
    otherGateways = [];
    pictures = new CameraPictures('gateway-1', Date.now);
    ingestMaxCameras = undefined;
    isAway = false;
    warnings = 0;
    const answer = async <T>(value: T): Promise<T> => (isAway ? Promise.reject(new Error('away')) : value);
    catalog = new MemoryCatalog([cameraConfig('yard'), cameraConfig('gate')]);
    directory = new CameraDirectory({
      catalog,
      statusBoard: {
        all: () => answer(statuses),
        subscribe: async (onStatus) => {
          announce = onStatus;
          return answer(async () => undefined);
        },
      },
      instanceBoard: {
        all: () => answer(instances()),
      },
      pictures,
      nowMs: Date.now,
      logger: { info: () => undefined, warn: () => warnings++, error: () => undefined },
    });
  });

  afterEach(() => {
    directory.close();
    jest.useRealTimers();
  });

  const instances = () =>
    [
      ...instanceIds.map((id) => ({ id, service: 'ingest', cameras: ['yard'], maxCameras: ingestMaxCameras })),
      ...transcoders.map((one) => ({ ...one, service: 'transcoder' })),
      ...otherGateways.map((one) => ({ ...one, service: 'gateway', cameras: [] })),
    ] as unknown as Instance[];

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

    // The first heartbeat arrives after the first status.
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
    transcoders = [{ cameras: ['yard'], pictures: [{ cameraId: 'yard', frameShare: 0.618 }] }, { cameras: ['gate'] }];
    await start();
    const gate = () => directory.view('gate');
    expect(yard()).toMatchObject({
      state: 'live',
      frameShare: 0.62,
      warning: 'Shown at 62 % of its frame rate: there are too few cores for all the cameras that are watched.',
    });
    expect(gate()).toMatchObject({ frameShare: undefined, warning: gopTooLarge });

    // The other transcoder is taking the camera over. Its report does not count yet.
    transcoders = [
      { cameras: ['gate'], pictures: [{ cameraId: 'gate', frameShare: 0.03, keyframesOnly: true }] },
      { cameras: ['yard'], pictures: [{ cameraId: 'gate', frameShare: 0.5 }] },
    ];
    await jest.advanceTimersByTimeAsync(1_000);
    expect(gate()?.warning).toBe(
      `Shown at 3 % of its frame rate, keyframes only: to decode it all takes more cores than there are for it. ${gopTooLarge}`,
    );

    statuses = [status({ state: 'stalled' }), status({ cameraId: 'gate' })];
    transcoders = [{ cameras: ['yard'], pictures: [{ cameraId: 'yard', frameShare: 0.3 }] }];
    await jest.advanceTimersByTimeAsync(1_000);
    expect([yard()?.warning, yard()?.frameShare, gate()?.warning]).toEqual([undefined, undefined, undefined]);
  });

  describe('a camera that ingest calls live', () => {
    const troubled = { code: 'not-decodable', message: 'The decoder cannot read it.' };
    const watch = (...ids: string[]) => pictures.setWatched(new Set(ids));
    /** A picture of the yard every 100 ms. */
    const play = async (ms: number) => {
      for (let at = 0; at < ms; at += 100) {
        directory.pictureCame('yard');
        await jest.advanceTimersByTimeAsync(100);
      }
    };

    beforeEach(async () => {
      statuses = [status({ framerate: 10 })];
      transcoders = [{ cameras: ['yard'] }];
      await start();
    });

    it('stays live while nobody watches, as nobody decodes it then', async () => {
      transcoders = [];
      await jest.advanceTimersByTimeAsync(60_000);
      expect(yard()).toMatchObject({ state: 'live', reason: undefined });
      expect(pictures.own).toEqual([]);
    });

    it('is stalled when it is watched and shows nothing for 3 s, and live again with the first picture', async () => {
      watch('yard');
      await jest.advanceTimersByTimeAsync(2_900);
      expect(yard()?.state).toBe('live');
      await jest.advanceTimersByTimeAsync(1_100);
      expect(yard()).toMatchObject({
        state: 'stalled',
        reasonCode: 'no-picture',
        reason: 'The camera sends video, but no picture of it comes from its transcoder.',
      });
      expect(pictures.own.map(({ cameraId }) => cameraId)).toEqual(['yard']);
      await play(100);
      expect(yard()).toMatchObject({ state: 'live', reason: undefined, reasonCode: undefined });
      expect(pictures.own).toEqual([]);
    });

    it('says why its transcoder cannot show it, at once and also to those who do not watch', async () => {
      transcoders = [{ cameras: ['yard'], pictures: [{ cameraId: 'yard', trouble: troubled }] }];
      await jest.advanceTimersByTimeAsync(1_000);
      expect(yard()).toMatchObject({ state: 'stalled', reasonCode: 'not-decodable', reason: troubled.message });
    });

    it.each([
      {
        name: 'no transcoder runs',
        has: [],
        code: 'no-transcoder',
        reason: 'No transcoder is running. Start one: docker compose up -d transcoder.',
      },
      {
        name: 'the only one is full',
        has: [{ cameras: ['gate', 'door'], maxCameras: 2 }],
        code: 'no-transcoder-room',
        reason:
          'The transcoder has as many cameras as one may take (2). Start one more: docker compose up -d --scale transcoder=2, ' +
          'or raise max_cameras in [transcoder].',
      },
      {
        name: 'all are full',
        has: [
          { cameras: ['gate'], maxCameras: 1 },
          { cameras: ['door'], maxCameras: 1 },
        ],
        code: 'no-transcoder-room',
        reason:
          'All 2 transcoders have as many cameras as one may take (1). Start one more: docker compose up -d --scale transcoder=3, ' +
          'or raise max_cameras in [transcoder].',
      },
      {
        name: 'one has room but has not taken it',
        has: [{ cameras: ['gate'], maxCameras: 2 }],
        code: 'no-transcoder',
        reason: 'No transcoder has taken this camera yet.',
      },
    ])('says what to do when $name', async ({ has, code, reason }) => {
      transcoders = has;
      watch('yard');
      await jest.advanceTimersByTimeAsync(4_000);
      expect(yard()).toMatchObject({ state: 'stalled', reasonCode: code, reason });
      await expect(directory.whyNoPicture('yard')).resolves.toBe(reason);
    });

    it('tells a snapshot why before it counts as stalled', async () => {
      transcoders = [];
      await expect(directory.whyNoPicture('yard')).resolves.toMatch(/^No transcoder is running/);
      expect(yard()?.state).toBe('live');
    });

    it('stays live while it moves to another transcoder, and while its transcoder is replaced', async () => {
      watch('yard');
      const states = new Set<string | undefined>();
      directory.onChange((view) => states.add(view.state));
      for (const next of [[{ cameras: ['yard'] }], [{ cameras: [] }], [], [{ cameras: ['yard'] }]]) {
        transcoders = next;
        await play(1_000);
      }
      // A killed transcoder's leases take two seconds to run out.
      await jest.advanceTimersByTimeAsync(2_000);
      await play(1_000);
      expect([...states]).toEqual([]);
    });

    it('is believed to be shown when its pictures come here, whatever others say', async () => {
      watch('yard');
      otherGateways = [{ id: 'gateway-2', pictures: [{ cameraId: 'yard', trouble: troubled }] }];
      transcoders = [{ cameras: ['yard'], pictures: [{ cameraId: 'yard', trouble: troubled }] }];
      await play(5_000);
      expect(yard()?.state).toBe('live');
    });

    it('is stalled by the word of another gateway where nobody watches it here, not by its own from before', async () => {
      otherGateways = [{ id: 'gateway-2', pictures: [{ cameraId: 'yard', trouble: troubled }] }];
      await jest.advanceTimersByTimeAsync(1_000);
      expect(yard()).toMatchObject({ state: 'stalled', reasonCode: 'not-decodable' });
      otherGateways = [{ id: 'gateway-1', pictures: [{ cameraId: 'yard', trouble: troubled }] }];
      await jest.advanceTimersByTimeAsync(1_000);
      expect(yard()?.state).toBe('live');
    });

    it('may take three pictures’ time, where it sends one in five seconds, or only a few are shown', async () => {
      statuses = [status({ framerate: 0.2 })];
      watch('yard');
      await jest.advanceTimersByTimeAsync(14_000);
      expect(yard()?.state).toBe('live');
      await jest.advanceTimersByTimeAsync(2_000);
      expect(yard()?.state).toBe('stalled');
    });

    it('is remembered as stalled for 10 s, so that it does not seem live to each who asks now and then', async () => {
      watch('yard');
      await jest.advanceTimersByTimeAsync(4_000);
      watch();
      await jest.advanceTimersByTimeAsync(5_000);
      watch('yard');
      expect(yard()?.state).toBe('stalled');
      watch();
      await jest.advanceTimersByTimeAsync(12_000);
      expect(yard()?.state).toBe('live');
    });

    it('gets its 3 s anew when it comes back from being away', async () => {
      watch('yard');
      await play(1_000);
      statuses = [status({ state: 'offline', reason: 'It is off.', reasonCode: 'unreachable' })];
      await jest.advanceTimersByTimeAsync(30_000);
      expect(yard()).toMatchObject({ state: 'offline', reasonCode: 'unreachable' });
      statuses = [status({ framerate: 10 })];
      await jest.advanceTimersByTimeAsync(2_000);
      expect(yard()?.state).toBe('live');
      await jest.advanceTimersByTimeAsync(3_000);
      expect(yard()?.state).toBe('stalled');
    });
  });

  it('says that ingest is full, where that is why nobody takes a camera', async () => {
    statuses = [status({})];
    ingestMaxCameras = 1;
    await start();
    expect(directory.view('gate')).toMatchObject({
      state: 'connecting',
      reasonCode: 'no-ingest-room',
      reason:
        'The ingest service has as many cameras as one may take (1). Start one more: docker compose up -d --scale ingest=2, ' +
        'or raise max_cameras in [ingest].',
    });
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

  it('follows the catalog: a new name, a camera more, one less, in another order', async () => {
    await start();
    const told: string[] = [];
    directory.onChange(({ name }) => told.push(name));
    catalog.replace([cameraConfig('shed'), { ...cameraConfig('yard'), name: 'Back yard' }]);
    expect(directory.views().map(({ id, name }) => `${id}: ${name}`)).toEqual(['shed: Camera shed', 'yard: Back yard']);
    expect(told).toEqual(['Back yard']);
    expect(directory.view('gate')).toBeUndefined();
    expect(directory.watched('gate')).toBeUndefined();
    expect(directory.watched('shed')?.quality).toBe(85);
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
