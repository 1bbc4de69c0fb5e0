import type { Camera } from '@oriel/model';
import { offerCatalog } from './offer-catalog.ts';

it.each([
  { name: 'offers the cameras that nobody has offered', configured: ['a', 'b', 'c'], offered: ['b'], calls: ['+a,c'] },
  { name: 'does nothing when all are offered', configured: ['a', 'b'], offered: ['a', 'b'], calls: [] },
  { name: 'withdraws what is no longer in the catalog', configured: ['a'], offered: ['a', 'gone'], calls: ['-gone'] },
  { name: 'withdraws everything for an empty catalog', configured: [], offered: ['a', 'b'], calls: ['-a', '-b'] },
])('$name', async ({ configured, offered, calls }) => {
  const seen: string[] = [];
  await offerCatalog(
    { list: () => configured.map((id) => ({ id }) as Camera) },
    {
      offered: async () => offered,
      offer: async (_, ...cameraIds) => void seen.push(`+${cameraIds}`),
      withdraw: async (_, cameraId) => void seen.push(`-${cameraId}`),
    },
    'ingest',
  );
  expect(seen).toEqual(calls);
});
