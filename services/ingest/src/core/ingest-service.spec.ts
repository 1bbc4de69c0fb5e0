import { MemoryCatalog } from '@oriel/control';
import type { CameraSettings } from '@oriel/model';
import { createLogger } from '@oriel/observability';
import { waitFor } from '@oriel/testing';
import { IngestService } from './ingest-service.ts';

it.each([
  { name: 'offers the cameras that nobody has offered', configured: ['a', 'b', 'c'], held: ['b'], calls: ['+a', '+c'] },
  { name: 'offers nothing when all are', configured: ['a', 'b'], held: ['a', 'b'], calls: [] },
  { name: 'withdraws what is no longer configured', configured: ['a'], held: ['a', 'gone'], calls: ['-gone'] },
])('in each round $name', async ({ configured, held, calls }) => {
  const seen: string[] = [];
  let rounds = 0;
  const service = new IngestService({
    catalog: new MemoryCatalog(configured.map((id) => ({ id }) as CameraSettings)),
    offers: {
      offer: async (_, cameraId) => void seen.push(`+${cameraId}`),
      withdraw: async (_, cameraId) => void seen.push(`-${cameraId}`),
      offered: async () => held,
    },
    statusBoard: {
      all: async () => {
        rounds++;
        return [];
      },
      remove: async () => undefined,
    },
    createWorker: () => ({
      start: async () => undefined,
      close: async () => undefined,
      held: [],
      load: { load: 0, capacity: 1, short: 0 },
    }),
    createSession: () => ({ run: async () => undefined, update: () => undefined }),
    logger: createLogger({ service: 'ingest', level: 'silent' }),
    roundMs: 1,
  });
  await service.start();
  await waitFor(() => rounds >= 2);
  await service.stop();
  expect(seen.slice(0, 2 * calls.length)).toEqual([...calls, ...calls]);
  expect(new Set(seen)).toEqual(new Set(calls));
});
