import { jest } from '@jest/globals';
import type { Want } from '@oriel/control';
import { DemandKeeper } from './demand-keeper.ts';

const FULL = { width: 0, quality: 85, framerate: 30 };
const SMALL = { width: 640, quality: 85, framerate: 30 };

describe('DemandKeeper', () => {
  let said: string[];
  let isAway: boolean;
  let keeper: DemandKeeper;

  beforeEach(() => {
    jest.useFakeTimers();
    said = [];
    isAway = false;
    keeper = new DemandKeeper({
      gatewayId: 'gateway-1',
      demandBoard: {
        renew: async (gatewayId: string, renewed: readonly Want[]) => {
          if (isAway) throw new Error('away');
          said.push(`${gatewayId} wants ${renewed.map(({ cameraId, rendition }) => `${cameraId}@${rendition.width}`)}`);
        },
      },
      logger: {
        info: (_: object, message?: string) => void said.push(String(message)),
        warn: (_: object, message?: string) => void said.push(String(message)),
        error: () => undefined,
      } as unknown as ConstructorParameters<typeof DemandKeeper>[0]['logger'],
    });
    keeper.start();
  });
  afterEach(async () => {
    await keeper.close();
    jest.useRealTimers();
  });

  const pass = async (ms: number): Promise<string[]> => {
    await jest.advanceTimersByTimeAsync(ms);
    return said.splice(0);
  };
  const want = (cameraId: string, rendition = FULL): Want => ({ cameraId, rendition });

  it('writes a change at once, and what is wanted again each second', async () => {
    keeper.want([want('yard'), want('yard', SMALL)]);
    expect(await pass(0)).toEqual(['gateway-1 wants yard@0,yard@640']);
    expect(await pass(2_000)).toEqual(['gateway-1 wants yard@0,yard@640', 'gateway-1 wants yard@0,yard@640']);
  });

  it('makes one renewal of many changes in a row', async () => {
    for (let i = 0; i < 100; i++) keeper.want([want(`cam-${i}`)]);
    expect(await pass(0)).toEqual(['gateway-1 wants cam-0@0', 'gateway-1 wants cam-99@0']);
  });

  it('goes on after Redis was away, and says so once', async () => {
    isAway = true;
    expect(await pass(5_000)).toEqual(['demand could not be renewed, trying again']);
    isAway = false;
    expect(await pass(1_000)).toEqual(['gateway-1 wants ', 'demand is renewed again']);
  });

  it('says once that nothing is wanted, and then nothing until something is', async () => {
    await pass(2_000);
    expect(await pass(5_000)).toEqual([]);
    keeper.want([want('yard')]);
    expect(await pass(1_000)).toContain('gateway-1 wants yard@0');
    keeper.want([]);
    expect(await pass(5_000)).toEqual(['gateway-1 wants ']);
  });

  it('takes its wants back when it closes, and keeps quiet then', async () => {
    keeper.want([want('yard')]);
    await keeper.close();
    keeper.want([want('yard')]);
    expect((await pass(5_000)).at(-1)).toBe('gateway-1 wants ');
  });
});
